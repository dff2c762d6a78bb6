package io.github.tess2.examples.cli;

import io.github.tess2.contract.Providers;
import io.github.tess2.spi.DiffusionRuntime;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import picocli.CommandLine;

/** Runs the command line in this process, on a fake runtime. */
final class Cli implements BeforeEachCallback, AfterEachCallback {
  private final Providers providers = new Providers();
  private final Map<String, String> environment = new HashMap<>();
  private boolean outIsTerminal;
  private Host.Size size = new Host.Size(80, 24);
  private BooleanSupplier interrupted = () -> false;
  private String input = "";

  /** The outcome of a run. */
  record Run(int exit, String out, String err) {}

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    providers.beforeEach(context);
    providers.install(DiffusionRuntime.class, FakeRuntime.class);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    providers.afterEach(context);
  }

  /** Makes stdout a terminal. */
  Cli onTerminal(int columns, int rows) {
    outIsTerminal = true;
    size = new Host.Size(columns, rows);
    return this;
  }

  Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Provides these lines as typed input. */
  Cli typing(String... lines) {
    input = String.join("\n", lines);
    return this;
  }

  /** Simulates Ctrl-C as soon as this returns true. */
  Cli interruptedWhen(BooleanSupplier pressed) {
    interrupted = pressed;
    return this;
  }

  /** Runs a command that generates, on the fake runtime. */
  Run runFake(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--runtime");
    all.add("fake");
    return run(all.toArray(String[]::new));
  }

  Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(new FakeHost(), arguments)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exit = commandLine.execute(arguments);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return new Run(exit, lines(out), lines(err));
  }

  private static String lines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private final class FakeHost extends Host {
    @Override
    boolean outIsTerminal() {
      return outIsTerminal;
    }

    @Override
    boolean errIsTerminal() {
      return false;
    }

    @Override
    Size terminalSize() {
      return size;
    }

    @Override
    BufferedReader input() {
      return new BufferedReader(new StringReader(input));
    }

    @Override
    String environment(String name) {
      return environment.get(name);
    }

    @Override
    <T> T interruptibly(InterruptibleWork<T> work) {
      return work.run(interrupted);
    }
  }
}
