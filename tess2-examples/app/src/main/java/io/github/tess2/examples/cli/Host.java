package io.github.tess2.examples.cli;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;

/** What a command sees of the process it runs in. Tests put another in its place. */
class Host {
  /** Used where a terminal does not tell its size. */
  private static final int USUAL_COLUMNS = 80;

  private static final int USUAL_ROWS = 24;

  /**
   * A terminal's size.
   *
   * @param columns characters in a line, at least 1
   * @param rows lines, at least 1
   */
  record Size(int columns, int rows) {}

  /** Whether stdout is a terminal. */
  boolean outIsTerminal() {
    return new ExecTerminalProvider().isSystemStream(SystemStream.Output);
  }

  /** Whether stderr is a terminal. */
  boolean errIsTerminal() {
    return new ExecTerminalProvider().isSystemStream(SystemStream.Error);
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
