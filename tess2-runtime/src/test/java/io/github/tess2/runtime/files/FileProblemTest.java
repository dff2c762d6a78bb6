package io.github.tess2.runtime.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {
  @TempDir Path folder;

  @Test
  void ofFile_everyOtherKind_saysWhatItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(FileProblem.ofFile(file)).isEmpty();
    assertThat(FileProblem.ofFile(folder)).hasValue("must be a file, but is a folder");
    assertThat(FileProblem.ofFile(folder.resolve("none")))
        .hasValue("must be a file, but does not exist");
    assertThat(FileProblem.ofFile(file.resolve("below")))
        .hasValue("must be a file, but does not exist");
  }

  @Test
  void ofFolder_everyOtherKind_saysWhatItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(FileProblem.ofFolder(folder)).isEmpty();
    assertThat(FileProblem.ofFolder(file)).hasValue("must be a folder, but is a file");
    assertThat(FileProblem.ofFolder(folder.resolve("none")))
        .hasValue("must be a folder, but does not exist");
  }

  @Test
  void ofFile_linkToNothing_namesItsEnd() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("blobs/0123"));
    assertThat(FileProblem.ofFile(link))
        .hasValue("must be a file, but is a link to blobs/0123, which does not exist");
  }

  @Test
  void of_failures_saysTheReasonWithoutThePath() {
    assertThat(FileProblem.of(new AccessDeniedException("/x"))).isEqualTo("permission denied");
    assertThat(FileProblem.of(new NoSuchFileException("/x"))).isEqualTo("does not exist");
    assertThat(FileProblem.of(new FileSystemException("/x", null, "No space left on device")))
        .isEqualTo("no space left on device");
    assertThat(FileProblem.of(new FileNotFoundException("/x (Permission denied)")))
        .isEqualTo("permission denied");
    assertThat(FileProblem.of(new MalformedInputException(1))).isEqualTo("is not text in UTF-8");
    assertThat(FileProblem.of(new IOException("broken pipe"))).isEqualTo("broken pipe");
  }
}
