package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"pipe:[4711]", "socket:[4711]", "/dev/null"})
  void isSurelyNoTerminal_linkToNone_isTrue(String target) throws IOException {
    assertThat(Host.isSurelyNoTerminal(linkTo(Path.of(target)))).isTrue();
  }

  @Test
  void isSurelyNoTerminal_linkToAFile_isTrue() throws IOException {
    Path file = Files.createFile(folder.resolve("out.txt"));

    assertThat(Host.isSurelyNoTerminal(linkTo(file))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/pts/0", "/dev/tty1", "/dev/console", "/0"})
  void isSurelyNoTerminal_linkToWhatMayBeOne_isFalse(String target) throws IOException {
    assertThat(Host.isSurelyNoTerminal(linkTo(Path.of(target)))).isFalse();
  }

  @Test
  void isSurelyNoTerminal_nothingKnown_isFalse() {
    assertThat(Host.isSurelyNoTerminal(folder.resolve("missing"))).isFalse();
  }

  private Path linkTo(Path target) throws IOException {
    return Files.createSymbolicLink(folder.resolve("1"), target);
  }
}
