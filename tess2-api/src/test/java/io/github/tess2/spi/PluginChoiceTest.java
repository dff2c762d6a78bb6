package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.PluginException;
import io.github.tess2.contract.Providers;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests what a choice by name finds and creates, and how often the class path is searched. */
class PluginChoiceTest {
  @RegisterExtension final Providers providers = new Providers();

  private static PluginChoice<Sampler> sampler(String text) {
    return PluginChoice.named("sampler", Sampler.class, text);
  }

  private static PluginChoice<StepGrid> grid(String text) {
    return PluginChoice.named("step grid", StepGridProvider.class, text);
  }

  @Test
  void plugin_namedAgain_isFoundWithoutAnotherSearch() throws Exception {
    providers.install(Sampler.class, Counted.class);
    Sampler first = sampler("counted").plugin();
    int made = Counted.MADE.get();

    assertThat(sampler("COUNTED").plugin()).isSameAs(first);

    assertThat(Counted.MADE).hasValue(made);
  }

  @Test
  void plugin_installedSince_isFound() throws Exception {
    providers.install(Sampler.class, Counted.class);
    PluginChoice<StepGrid> choice = grid("last-only");
    assertThatThrownBy(choice::plugin)
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("no StepGridProvider is named \"last-only\"");

    providers.install(StepGridProvider.class, LastOnly.class);

    assertThat(choice.plugin().times(null)).containsExactly(0);
  }

  @Test
  void plugin_ofAnotherClassLoader_isNotKnownToThisOne() throws Exception {
    providers.install(Sampler.class, Counted.class);
    sampler("counted").plugin();

    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(new URL[0], PluginChoiceTest.class.getClassLoader()));

    assertThatThrownBy(() -> sampler("counted").plugin())
        .hasMessageStartingWith("no Sampler is named \"counted\"");
  }

  @Test
  void plugin_withOptions_isMadeOfThem() throws Exception {
    providers.install(StepGridProvider.class, LastOnly.class);

    assertThat(grid("last-only:at=0.25").plugin().times(null)).containsExactly(0.25);
  }

  @Test
  void plugin_askedTwice_isMadeOnce() throws Exception {
    providers.install(StepGridProvider.class, LastOnly.class);
    PluginChoice<StepGrid> choice = grid("last-only");

    assertThat(choice.plugin()).isSameAs(choice.plugin());
  }

  @Test
  void plugin_unknownOption_isRefusedWithThoseThereAre() throws Exception {
    providers.install(StepGridProvider.class, LastOnly.class);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid("last-only:to=1").plugin())
        .withMessageStartingWith("step grid \"last-only\" has no option \"to\"; it has:\n  at: ");
  }

  @Test
  void plugin_optionOfOneWithout_isRefused() throws Exception {
    providers.install(Sampler.class, Counted.class);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler("counted:n=1").plugin())
        .withMessage("sampler \"counted\" has no option \"n\"; it has none");
  }

  @Test
  void plugin_providerFails_isNamed() throws Exception {
    providers.install(StepGridProvider.class, LastOnly.class);

    assertThatThrownBy(() -> grid("last-only:at=1").plugin())
        .isInstanceOf(PluginException.class)
        .hasMessage("step grid \"last-only\" failed in create(): out of luck");
  }

  @Test
  void plugin_providerGivesNull_isNamed() throws Exception {
    providers.install(StepGridProvider.class, LastOnly.class);

    assertThatThrownBy(() -> grid("last-only:at=0.5").plugin())
        .isInstanceOf(PluginException.class)
        .hasMessage("step grid \"last-only\" must be made by its provider, but is: null");
  }

  @Test
  void named_malformedOptions_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid("last-only:at"))
        .withMessage(
            "plugin options must be key=value pairs with commas between them, but are: at");
  }

  @Test
  void name_ofAnInstance_isItsOwnOrItsClasss() {
    StepGrid grid = new Steps();

    assertThat(PluginChoice.of("sampler", new Counted()).name()).isEqualTo("counted");
    assertThat(PluginChoice.of("step grid", grid).name()).isEqualTo(Steps.class.getName());
    assertThat(PluginChoice.of("step grid", grid).plugin()).isSameAs(grid);
  }

  @Test
  void toString_withOptions_saysThem() {
    assertThat(grid("Last-Only:at=0.5,b=2")).hasToString("last-only(at=0.5,b=2)");
  }

  private static final class Steps implements StepGrid {
    @Override
    public double[] times(Request request) {
      return new double[1];
    }
  }

  /** Has one step, at a time that is an option. */
  public static final class LastOnly implements StepGridProvider {
    private static final Option<Double> AT = Option.number("at", 0, 1, "the time").or(0.0);

    @Override
    public String name() {
      return "last-only";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(AT);
    }

    @Override
    public StepGrid create(OptionValues options) {
      double at = options.get(AT);
      if (at == 1) {
        throw new IllegalStateException("out of luck");
      }
      return at == 0.5 ? null : request -> new double[] {at};
    }
  }

  /** Counts its instances. */
  public static final class Counted implements Sampler {
    static final AtomicInteger MADE = new AtomicInteger();

    /** For {@link java.util.ServiceLoader}. */
    public Counted() {
      MADE.incrementAndGet();
    }

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public SamplerStep step(SamplerInput input) {
      return new SamplerStep.Tokens(input.drawTokens());
    }
  }
}
