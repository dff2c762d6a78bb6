package io.github.tess2.examples.cli;

import org.jspecify.annotations.Nullable;

/** When to write colours. */
enum ColorWhen {
  /** On a terminal, unless the variable {@code NO_COLOR} is set (no-color.org). */
  AUTO,
  ALWAYS,
  NEVER;

  boolean applies(Host host) {
    if (this != AUTO) {
      return this == ALWAYS;
    }
    @Nullable String noColor = host.environment("NO_COLOR");
    return host.outIsTerminal() && (noColor == null || noColor.isEmpty());
  }
}
