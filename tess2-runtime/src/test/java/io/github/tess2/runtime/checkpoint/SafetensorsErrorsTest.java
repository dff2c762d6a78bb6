package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests false headers. Each file has 16 bytes of data. */
class SafetensorsErrorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'dtype':'F12','shape':[4],'data_offsets':[0,16] | dtype must be one of [BOOL, U8, I8,"
            + " F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64], but is:"
            + " \"F12\"",
        "'shape':[4],'data_offsets':[0,16] | dtype must be present, but is missing",
        "'dtype':null,'shape':[4],'data_offsets':[0,16] | dtype must be one of [BOOL, U8, I8,"
            + " F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64], but is: null",
        "'dtype':'F32','data_offsets':[0,16] | shape must be present, but is missing",
        "'dtype':'F32','shape':4,'data_offsets':[0,16] | shape must be an array of whole numbers,"
            + " but is: 4",
        "'dtype':'F32','shape':[-4],'data_offsets':[0,16] | shape must be a whole number from 0 to"
            + " 9223372036854775807, but is: -4",
        "'dtype':'F32','shape':[1.5],'data_offsets':[0,16] | shape must be a whole number from 0 to"
            + " 9223372036854775807, but is: 1.5",
        "'dtype':'F32','shape':['4'],'data_offsets':[0,16] | shape must be a whole number from 0 to"
            + " 9223372036854775807, but is: \"4\"",
        "'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,16] | shape must have"
            + " fewer than 2^63 bytes, but is: [4294967296,4294967296]",
        "'dtype':'F32','shape':[4] | data_offsets must be present, but is missing",
        "'dtype':'F32','shape':[4],'data_offsets':[0] | data_offsets must be a beginning and an end"
            + " that is not before it, but is: [0]",
        "'dtype':'F32','shape':[4],'data_offsets':[16,0] | data_offsets must be a beginning and an end"
            + " that is not before it, but is: [16,0]",
        "'dtype':'F32','shape':[5],'data_offsets':[0,20] | data_offsets must be within the file's 16"
            + " bytes of data, but is: [0,20]",
        "'dtype':'F32','shape':[4],'data_offsets':[9223372036854775791,9223372036854775807] |"
            + " data_offsets must be within the file's 16 bytes of data, but is:"
            + " [9223372036854775791,9223372036854775807]",
      })
  void open_badTensor_namesFileTensorRuleAndValue(String entry, String message) {
    Path file = file("{'t':{" + entry + "}}", 16);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": tensor t: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'t':5} | tensor t must be an object, but is: 5",
        "{'t':{'dtype':'F32','shape':[3],'data_offsets':[0,16]}} | tensor t: data_offsets must be 12"
            + " bytes apart for F32 [3], but are: 16",
        "{'t':{'dtype':'F32','shape':[3],'data_offsets':[4,16]}} | tensor t must begin where the"
            + " header ends (data offset 0), but begins at: 4",
        "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'u':{'dtype':'F32','shape':[1],'data_offsets':[12,16]}} | tensor u must begin where t"
            + " ends (data offset 8), but begins at: 12",
        "{'t':{'dtype':'F32','shape':[3],'data_offsets':[0,12]},"
            + "'u':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}} | tensor u must begin where t"
            + " ends (data offset 12), but begins at: 8",
        "{'t':{'dtype':'F32','shape':[4],'data_offsets':[0,16]},"
            + "'u':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} | tensor u must begin where t"
            + " ends (data offset 16), but begins at: 0",
        "{'__metadata__':5} | __metadata__ must be an object, but is: 5",
        "{'__metadata__':{'a':5}} | __metadata__.a must be a string, but is: 5",
        "{'__metadata__':{'a':null}} | __metadata__.a must be a string, but is: null",
      })
  void open_badHeader_namesFileRuleAndValue(String header, String message) {
    Path file = file(header, 16);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'t':{}                 | header: must be well-formed JSON, but is not: ",
        "[]                      | header: must hold a JSON object, but holds: []",
        "{'t':{},'t':{}}         | header: $.t must occur once, but occurs twice",
        "{'t':{'dtype':'F32','dtype':'F16'}} | header: $.t.dtype must occur once, but occurs twice",
      })
  void open_badJson_saysWhatIsWrong(String header, String message) {
    Path file = file(header, 16);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + " " + message);
  }

  @Test
  void open_dataAfterTheLastTensor_saysSo() {
    Path file = file("{'t':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}}", 16);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must end where t ends (byte 69), but has bytes: 77");
  }

  @ParameterizedTest
  @CsvSource({
    "1, header length must be from 2 to 100000000",
    "100000001, header length must be from 2 to 100000000",
    "-1, header length must be from 2 to 100000000",
    "5000, header length must be within the file's 24 bytes"
  })
  void open_badHeaderLength_saysSo(long length, String message) {
    byte[] bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Path file = Fixtures.write(folder.resolve("x.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + message + ", but is: " + Long.toUnsignedString(length));
  }

  @Test
  void open_fewerThanEightBytes_saysSo() {
    Path file = Fixtures.write(folder.resolve("x.safetensors"), new byte[7]);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must have at least 8 bytes, but has: 7");
  }

  @Test
  void open_notUtf8_saysSo() {
    byte[] bytes = Fixtures.safetensors("{\"a\": {}}", 0);
    bytes[10] = (byte) 0xff;
    Path file = Fixtures.write(folder.resolve("x.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must be UTF-8 text, but is not");
  }

  @Test
  void open_cutFile_namesTheTensorCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.checkpoint("mistral").resolve("model.safetensors"));
    Path file =
        Fixtures.write(folder.resolve("x.safetensors"), Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": tensor ")
        .hasMessageContaining("data_offsets must be within the file's");
  }

  @Test
  void open_noFile_saysSo() {
    Path file = folder.resolve("x.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must be a file, but does not exist");
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + ": must be a file, but is a folder");
  }

  /** The file is sparse and takes no space on the disk. */
  @Test
  void data_overTwoGibibytes_namesTheTensor() throws IOException {
    long bytes = 1L << 31;
    byte[] front =
        Fixtures.safetensors(
            quoted(
                "{'big':{'dtype':'U8','shape':[" + bytes + "],'data_offsets':[0," + bytes + "]}}"),
            0);
    Path path = Fixtures.write(folder.resolve("x.safetensors"), front);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(front.length + bytes);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(() -> file.read("big", ByteBuffer::remaining))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              path + ": tensor big must have at most 2147483647 bytes, but has: 2147483648");
    }
  }

  private Path file(String header, int dataBytes) {
    return Fixtures.write(
        folder.resolve("x.safetensors"), Fixtures.safetensors(quoted(header), dataBytes));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
