package io.github.tess2.examples.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/** The process as a command sees it. Tests replace it. */
class Host {
  /** Used if a terminal does not report its size. */
  private static final int USUAL_COLUMNS = 80;

  private static final int USUAL_ROWS = 24;

  /** Cached results; they do not change while the process runs. */
  private static final Map<SystemStream, Boolean> TERMINALS = new ConcurrentHashMap<>();

  /**
   * A terminal's size.
   *
   * @param columns characters in a line, at least 1
   * @param rows lines, at least 1
   */
  record Size(int columns, int rows) {}

  /** Whether stdout is a terminal. */
  boolean outIsTerminal() {
    return TERMINALS.computeIfAbsent(SystemStream.Output, Host::isTerminal);
  }

  /** Whether stderr is a terminal. */
  boolean errIsTerminal() {
    return TERMINALS.computeIfAbsent(SystemStream.Error, Host::isTerminal);
  }

  private static boolean isTerminal(SystemStream stream) {
    // Java offers no such check, so JLine starts a process. On Linux the common other kinds of
    // streams are recognised without one.
    Path linked = Path.of("/proc/self/fd", stream == SystemStream.Output ? "1" : "2");
    return !isSurelyNoTerminal(linked) && new ExecTerminalProvider().isSystemStream(stream);
  }

  /** Whether the link of an open file leads to a pipe, a socket, a regular file or /dev/null. */
  static boolean isSurelyNoTerminal(Path linked) {
    try {
      String target = Files.readSymbolicLink(linked).toString();
      return target.startsWith("pipe:")
          || target.startsWith("socket:")
          || target.equals("/dev/null")
          || Files.isRegularFile(linked);
    } catch (IOException | UnsupportedOperationException e) {
      // Not Linux, or no /proc. The caller checks in another way.
      return false;
    }
  }

  /** The terminal's size. */
  Size terminalSize() {
    try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
      int columns = terminal.getWidth();
      int rows = terminal.getHeight();
      return new Size(columns > 0 ? columns : USUAL_COLUMNS, rows > 0 ? rows : USUAL_ROWS);
    } catch (IOException e) {
      // A wrong size affects only the drawing.
      return new Size(USUAL_COLUMNS, USUAL_ROWS);
    }
  }

  /** Standard input, read as UTF-8. */
  BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** A variable of the environment, or null. */
  @Nullable String environment(String name) {
    return System.getenv(name);
  }

  /**
   * Runs work that Ctrl-C or another signal to terminate should not cut off. The work can see the
   * signal, and the process ends once the work has returned.
   */
  <T> T interruptibly(InterruptibleWork<T> work) {
    try (Interrupt interrupt = Interrupt.listen()) {
      return work.run(interrupt::requested);
    }
  }

  /**
   * Waits until the process is asked to end. It handles the signals before the JVM does, because no
   * step begins once the JVM shuts down. A second signal ends the process at once.
   */
  void awaitEnd() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    for (String signal : List.of("INT", "TERM")) {
      Signals.register(
          signal,
          () -> {
            asked.countDown();
            Signals.registerDefault(signal);
          });
    }
    asked.await();
  }

  /**
   * Work that polls whether it should stop.
   *
   * @param <T> the type of its result
   */
  @FunctionalInterface
  interface InterruptibleWork<T> {
    /** Works until it is done or {@code interrupted} returns true. */
    T run(BooleanSupplier interrupted);
  }
}
