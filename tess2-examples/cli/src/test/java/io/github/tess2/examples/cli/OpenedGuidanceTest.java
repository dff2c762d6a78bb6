package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.contract.Providers;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** The command line closes all guidances that it opens. */
class OpenedGuidanceTest {
  @RegisterExtension final Providers providers = new Providers();

  @BeforeEach
  void install() throws Exception {
    providers.install(GuidanceProvider.class, Stubborn.class);
    Stubborn.closed.clear();
  }

  private static GuidanceOptions options(String... arguments) {
    GuidanceOptions options = new GuidanceOptions();
    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("guidance", mixin(options)))
        .parseArgs(arguments);
    return options;
  }

  private static CommandLine.Model.CommandSpec mixin(GuidanceOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }

  @Test
  void close_eachFails_closesAllAndThrowsTheFirst() {
    GuidanceOptions.Opened opened =
        options("--guidance=stubborn:id=1", "--guidance=stubborn:id=2").open();

    assertThatThrownBy(opened::close)
        .hasMessage("1 does not close")
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("2 does not close"));

    assertThat(Stubborn.closed).containsExactly("1", "2");
  }

  @Test
  void open_oneIsUnknown_saysSoAndClosesTheOthers() {
    GuidanceOptions options = options("--guidance=stubborn:id=1", "--guidance=none-such");

    assertThatThrownBy(options::open)
        .hasMessageStartingWith("no GuidanceProvider is named \"none-such\"");

    assertThat(Stubborn.closed).containsExactly("1");
  }

  /** Makes guidances that fail to close. */
  public static final class Stubborn implements GuidanceProvider {
    static final List<String> closed = new ArrayList<>();
    private static final Option<String> ID = Option.text("id", "which");

    @Override
    public String name() {
      return "stubborn";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(ID);
    }

    @Override
    public Guidance create(OptionValues options) {
      return new Guidance() {
        @Override
        public String name() {
          return "stubborn";
        }

        @Override
        public Run begin(Request request) {
          return canvas -> {};
        }

        @Override
        public void close() {
          closed.add(options.get(ID));
          throw new IllegalStateException(options.get(ID) + " does not close");
        }
      };
    }
  }
}
