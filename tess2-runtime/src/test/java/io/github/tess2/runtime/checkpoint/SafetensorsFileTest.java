package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.MappedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with files that Python's safetensors package wrote. */
class SafetensorsFileTest {
  private static final Path TYPES = Fixtures.resource("/checkpoint/types.safetensors");

  @TempDir Path folder;

  @Test
  void tensors_pythonsFile_haveTheirTypesAndShapes() {
    JsonObject expected = expected();
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      assertThat(file.tensors()).containsOnlyKeys(expected.keySet());
      file.tensors()
          .forEach(
              (name, info) -> {
                assertThat(info.name()).isEqualTo(name);
                JsonArray shape = expected.getAsJsonObject(name).getAsJsonArray("shape");
                assertThat(info.shape())
                    .containsExactly(
                        shape.asList().stream().mapToLong(JsonElement::getAsLong).toArray());
              });
      assertThat(file.tensors().get("bf16").dtype()).isEqualTo(TensorType.BF16);
      assertThat(file.tensors().get("i64").dtype()).isEqualTo(TensorType.I64);
      assertThat(file.tensors().get("bool").dtype()).isEqualTo(TensorType.BOOL);
      assertThat(file.tensors().get("f32").elementCount()).isEqualTo(6);
      assertThat(file.path()).isEqualTo(TYPES);
    }
  }

  @Test
  void tensors_anyFile_areInTheOrderOfTheirBytes() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      assertThat(file.tensors().values().stream().map(TensorInfo::end)).isSorted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "scalar", "empty"})
  void floats_pythonsFile_areExact(String name) {
    JsonArray values = expected().getAsJsonObject(name).getAsJsonArray("values");
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      float[] actual = file.floats(name);
      assertThat(actual).hasSize(values.size());
      for (int i = 0; i < actual.length; i++) {
        // Compared bit by bit, so that the sign of zero counts.
        assertThat(Float.floatToRawIntBits(actual[i]))
            .isEqualTo(
                Float.floatToRawIntBits((float) Double.parseDouble(values.get(i).getAsString())));
      }
    }
  }

  @Test
  void read_anyTensor_isReadOnlyDirectLittleEndianAndJustItsBytes() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      long last =
          file.read(
              "i64",
              data -> {
                assertThat(data.isDirect()).isTrue();
                assertThat(data.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                assertThat(data.remaining()).isEqualTo(16);
                assertThat(data.capacity()).isEqualTo(16);
                assertThatThrownBy(() -> data.put(0, (byte) 1))
                    .isInstanceOf(ReadOnlyBufferException.class);
                assertThat(data.getLong()).isEqualTo(1L << 62);
                return data.getLong();
              });
      assertThat(last).isEqualTo(-1);
    }
  }

  @Test
  void read_anyTensor_leavesNothingMapped() throws IOException {
    Path file = Files.copy(TYPES, folder.resolve("types.safetensors"));
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      boolean mapped =
          open.read(
              "i64",
              data -> {
                assertThat(data.getLong()).isEqualTo(1L << 62);
                return MappedFiles.in(folder);
              });
      assertThat(mapped).isTrue();
      assertThat(MappedFiles.in(folder)).isFalse();

      open.floats("f32");
      assertThat(MappedFiles.in(folder)).isFalse();
    }
  }

  @Test
  void read_readerThatFails_leavesNothingMapped() throws IOException {
    Path file = Files.copy(TYPES, folder.resolve("types.safetensors"));
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      assertThatThrownBy(
              () ->
                  open.read(
                      "i64",
                      data -> {
                        throw new IllegalStateException("out of luck");
                      }))
          .hasMessage("out of luck");
      assertThat(MappedFiles.in(folder)).isFalse();
    }
  }

  @Test
  void read_emptyTensor_isEmpty() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      int bytes = file.read("empty", ByteBuffer::remaining);
      assertThat(bytes).isZero();
    }
  }

  @Test
  void metadata_pythonsFile_isItsStrings() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      assertThat(file.metadata()).containsOnly(Map.entry("note", "ümläut"));
    }
  }

  @Test
  void metadata_none_isEmpty() {
    Path path = Fixtures.write(folder.resolve("x"), Fixtures.safetensors("{}", 0));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEmpty();
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void read_unknownTensor_namesIt() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      assertThatThrownBy(() -> file.read("nope", ByteBuffer::remaining))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(TYPES + ": must hold the tensor nope, but does not");
    }
  }

  @Test
  void floats_integers_namesTheType() {
    try (SafetensorsFile file = SafetensorsFile.open(TYPES)) {
      assertThatThrownBy(() -> file.floats("i64"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(TYPES + ": tensor i64 must be F32, F16 or BF16, but is: I64");
    }
  }

  @Test
  void close_twice_doesNothingMore() {
    SafetensorsFile file = SafetensorsFile.open(TYPES);
    file.close();
    assertThatCode(file::close).doesNotThrowAnyException();
  }

  @Test
  void read_afterClose_saysSo() {
    SafetensorsFile file = SafetensorsFile.open(TYPES);
    file.close();
    assertThatThrownBy(() -> file.read("i64", ByteBuffer::remaining))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(TYPES + " is closed");
    assertThatThrownBy(() -> file.floats("f32"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(TYPES + " is closed");
  }

  private static JsonObject expected() {
    return Fixtures.json(Fixtures.resource("/checkpoint/types.json")).getAsJsonObject();
  }
}
