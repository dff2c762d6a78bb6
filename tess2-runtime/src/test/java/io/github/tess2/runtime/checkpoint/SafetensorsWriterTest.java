package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("bytes", TensorType.U8, 3),
          new TensorSpec("halves", TensorType.BF16, 1, 2),
          new TensorSpec("ümlaut \"quoted\"", TensorType.I64, 2),
          new TensorSpec("scalar", TensorType.F32),
          new TensorSpec("none", TensorType.F16, 0, 4));

  @TempDir Path folder;

  @Test
  void write_severalTypes_readsBackAlignedWiderFirst() {
    Path file = folder.resolve("a.safetensors");
    List<String> asked = new ArrayList<>();
    SafetensorsWriter.write(
        file,
        Map.of("format", "pt", "note", "ümläut"),
        SPECS,
        spec -> {
          asked.add(spec.name());
          return counting(spec);
        });
    assertThat(asked).containsExactly("ümlaut \"quoted\"", "scalar", "halves", "none", "bytes");
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.tensors().keySet()).containsExactlyInAnyOrderElementsOf(asked);
      assertThat(read.metadata())
          .containsExactlyInAnyOrderEntriesOf(Map.of("format", "pt", "note", "ümläut"));
      for (TensorSpec spec : SPECS) {
        TensorInfo info = read.tensors().get(spec.name());
        assertThat(info.dtype()).isEqualTo(spec.dtype());
        assertThat(info.shape()).containsExactly(spec.shape());
        assertThat(info.begin() % spec.dtype().bytes()).isZero();
        assertThat(Checkpoints.bytes(read, spec.name())).isEqualTo(counting(spec));
      }
    }
  }

  /** Reading and rewriting Python's {@code types.safetensors} gives the same bytes. */
  @Test
  void write_pythonsTensors_sameBytesAsPythons() throws IOException {
    Path file = folder.resolve("a.safetensors");
    try (SafetensorsFile python =
        SafetensorsFile.open(Fixtures.resource("/checkpoint/types.safetensors"))) {
      List<TensorSpec> specs =
          python.tensors().values().stream()
              .map(info -> new TensorSpec(info.name(), info.dtype(), info.shape()))
              .toList();
      SafetensorsWriter.write(
          file, python.metadata(), specs, spec -> Checkpoints.bytes(python, spec.name()));
      assertThat(file).hasSameBinaryContentAs(python.path());
    }
  }

  @Test
  void write_bufferWithPosition_writesFromThereAndLeavesIt() {
    Path file = folder.resolve("a.safetensors");
    ByteBuffer shared = ByteBuffer.allocateDirect(8).order(ByteOrder.BIG_ENDIAN);
    shared.put(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}).position(2).limit(5);
    SafetensorsWriter.write(file, Map.of(), SPECS.subList(0, 1), spec -> shared);
    assertThat(shared.position()).isEqualTo(2);
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(Checkpoints.bytes(read, "bytes")).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4, 5}));
      assertThat(read.metadata()).isEmpty();
    }
  }

  @Test
  void write_oldFileInUse_replacesItAndLeavesTheOldBytesReadable() {
    Path file = folder.resolve("a.safetensors");
    List<TensorSpec> bytes = SPECS.subList(0, 1);
    SafetensorsWriter.write(file, Map.of(), bytes, SafetensorsWriterTest::counting);
    try (SafetensorsFile old = SafetensorsFile.open(file)) {
      SafetensorsWriter.write(file, Map.of(), bytes, spec -> ByteBuffer.wrap(new byte[] {9, 9, 9}));
      assertThat(Checkpoints.bytes(old, "bytes")).isEqualTo(counting(bytes.get(0)));
    }
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(Checkpoints.bytes(read, "bytes").get(0)).isEqualTo((byte) 9);
    }
  }

  @Test
  void write_sourceThatFails_leavesTheOldFileAndNothingElse() throws IOException {
    Path file = Fixtures.write(folder.resolve("a.safetensors"), new byte[] {42});
    IllegalStateException failure = new IllegalStateException("no more");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file,
                    Map.of(),
                    SPECS,
                    spec -> {
                      if (spec.name().equals("bytes")) {
                        throw failure;
                      }
                      return counting(spec);
                    }))
        .isSameAs(failure);
    assertOnly(file);
    assertThat(Files.readAllBytes(file)).containsExactly(42);
  }

  @Test
  void write_sourceOfAnotherLength_namesTensorExpectedAndGiven() throws IOException {
    Path file = folder.resolve("a.safetensors");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file, Map.of(), SPECS.subList(1, 2), spec -> ByteBuffer.allocate(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("halves BF16 [1, 2] must have 4 bytes, but the source gave: 5");
    assertOnly();
  }

  @Test
  void write_twoTensorsOfOneName_namesIt() throws IOException {
    List<TensorSpec> twice = List.of(SPECS.get(0), new TensorSpec("bytes", TensorType.F32, 1));
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    folder.resolve("a"), Map.of(), twice, SafetensorsWriterTest::counting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tensor's name must be unique, but occurs twice: bytes");
    assertOnly();
  }

  @Test
  void write_noFolder_saysSo() {
    Path file = folder.resolve("none").resolve("a.safetensors");
    assertThatThrownBy(
            () -> SafetensorsWriter.write(file, Map.of(), SPECS, SafetensorsWriterTest::counting))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": cannot be written: ");
  }

  @Test
  void spec_badNameOrShape_namesIt() {
    assertThatThrownBy(() -> new TensorSpec("", TensorType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tensor's name must be neither empty nor __metadata__, but is: \"\"");
    assertThatThrownBy(() -> new TensorSpec("__metadata__", TensorType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("but is: \"__metadata__\"");
    assertThatThrownBy(() -> new TensorSpec("t", TensorType.F32, 2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("t: shape must not be negative, but is: [2, -1]");
    assertThatThrownBy(() -> new TensorSpec("t", TensorType.F32, 1 << 20, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "t: must have at most 2147483647 bytes, but has the shape: [1048576, 1048576] of F32");
  }

  @Test
  void spec_sameContent_isEqual() {
    assertThat(new TensorSpec("t", TensorType.F32, 2, 3))
        .isEqualTo(new TensorSpec("t", TensorType.F32, 2, 3))
        .hasSameHashCodeAs(new TensorSpec("t", TensorType.F32, 2, 3))
        .isNotEqualTo(new TensorSpec("t", TensorType.F32, 3, 2))
        .hasToString("t F32 [2, 3]");
  }

  private void assertOnly(Path... files) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      assertThat(found).containsExactly(files);
    }
  }

  private static ByteBuffer counting(TensorSpec spec) {
    ByteBuffer bytes = ByteBuffer.allocate((int) spec.byteCount());
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.put((byte) (spec.name().length() + i));
    }
    return bytes.flip();
  }
}
