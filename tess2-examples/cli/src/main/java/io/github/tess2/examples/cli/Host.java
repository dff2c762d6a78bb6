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

/** What a command sees of the process it runs in. Tests put another in its place. */
class Host {
  /** Used where a terminal does not tell its size. */
  private static final int USUAL_COLUMNS = 80;

  private static final int USUAL_ROWS = 24;

  /** What was found; it does not change while a process runs. */
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
    // Java has no such question, so JLine starts a process to ask. Linux tells of the usual other
    // streams without one.
    Path linked = Path.of("/proc/self/fd", stream == SystemStream.Output ? "1" : "2");
    return !isSurelyNoTerminal(linked) && new ExecTerminalProvider().isSystemStream(stream);
  }

  /** Whether what an open file's link leads to is a pipe, a socket, a plain file or nothing. */
  static boolean isSurelyNoTerminal(Path linked) {
    try {
      String target = Files.readSymbolicLink(linked).toString();
      return target.startsWith("pipe:")
          || target.startsWith("socket:")
          || target.equals("/dev/null")
          || Files.isRegularFile(linked);
    } catch (IOException | UnsupportedOperationException e) {
      // Not a Linux, or one without /proc: the other way to ask knows.
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
      // Only the drawing depends on it.
      return new Size(USUAL_COLUMNS, USUAL_ROWS);
    }
  }

  /** The standard input as lines of text in UTF-8. */
  BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** A variable of the environment, or null. */
  @Nullable String environment(String name) {
    return System.getenv(name);
  }

  /**
   * Runs work that Ctrl-C, or whatever else asks the process to end, should not cut off: the work
   * is told, and the process ends when it has returned.
   */
  <T> T interruptibly(InterruptibleWork<T> work) {
    try (Interrupt interrupt = Interrupt.listen()) {
      return work.run(interrupt::requested);
    }
  }

  /**
   * Waits until the process is asked to end. The signals are taken before the JVM sees them, since
   * in one that is ending no step begins any more. A second one ends the process at once.
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
   * Work that looks now and then whether it should stop.
   *
   * @param <T> what it gives
   */
  @FunctionalInterface
  interface InterruptibleWork<T> {
    /** Works until it is done or {@code interrupted} says to stop. */
    T run(BooleanSupplier interrupted);
  }
}
