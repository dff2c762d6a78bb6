package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.tess2.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A damaged {@code tokenizer.model} gives an error that names the file, the thing, the rule and the
 * value.
 */
class SentencePieceErrorsTest {
  private static final ModelConfig CONFIG =
      Fixtures.withVocabulary(
          ModelConfig.read(Fixtures.checkpoint("mistral").resolve("config.json")), 1100);

  private static final int PIECES = 1;
  private static final int TRAINER = 2;
  private static final int NORMALIZER = 3;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void copyModel() throws IOException {
    file = folder.resolve("tokenizer.model");
    Files.copy(Fixtures.resource("/sentencepiece/bpe.model"), file);
  }

  @Test
  void open_emptyFile_saysThatThereIsNoUnknownPiece() {
    Fixtures.write(file, new byte[0]);
    assertOpenFails(": one of the 0 pieces must be of type 2 (unknown), but none is");
  }

  @Test
  void open_cutFile_isNoMessage() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Fixtures.write(file, Arrays.copyOf(whole, whole.length - 10));
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": must be a protobuf message, but is not: ");
  }

  @Test
  void open_hugeLength_isNoMessage() {
    Fixtures.write(file, new byte[] {10, -1, -1, -1, -1, 7, 1, 2});
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": must be a protobuf message, but is not: ");
  }

  @Test
  void open_pieceTwice_namesBoth() {
    editPiece(300, piece -> piece.addField(1, text("the")));
    editPiece(301, piece -> piece.addField(1, text("the")));
    assertOpenFails(": a piece must be unique, but is: \"the\", with ids 300 and 301");
  }

  @Test
  void open_scoreThatIsNoNumber_saysSo() {
    editPiece(
        300,
        piece ->
            piece.addField(
                2, Field.newBuilder().addFixed32(Float.floatToIntBits(Float.NaN)).build()));
    assertOpenFails(": piece 300: score must be finite, but is: NaN");
  }

  @Test
  void open_scoreOfAnotherType_saysSo() {
    editPiece(300, piece -> piece.addField(2, Field.newBuilder().addVarint(5).build()));
    assertOpenFails(
        ": piece 300: score must be stored as sentencepiece_model.proto defines it, but is stored as"
            + " another type");
  }

  @Test
  void open_pieceThatIsNoText_saysSo() {
    Field halfAPair =
        Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[] {(byte) 0xED, (byte) 0xA0, 'x'}))
            .build();
    editPiece(300, piece -> piece.addField(1, halfAPair));
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": piece 300: piece must be UTF-8 text, but is: ");
  }

  @Test
  void open_pieceWithoutTextOrWithMuch_saysSo() {
    editPiece(300, piece -> piece.clearField(1));
    assertOpenFails(": piece 300: piece must have 1 to 1000 characters, but is: 0");
    editPiece(300, piece -> piece.clearField(1).addField(1, text("x".repeat(1001))));
    assertOpenFails(": piece 300: piece must have 1 to 1000 characters, but is: 1001");
  }

  @Test
  void open_typeThatIsNone_saysSo() {
    editPiece(300, piece -> piece.addField(3, number(7)));
    assertOpenFails(": piece 300: type must be from 1 to 6, but is: 7");
  }

  @Test
  void open_twoUnknownPieces_namesBoth() {
    editPiece(300, piece -> piece.addField(3, number(2)));
    assertOpenFails(": the unknown piece must be unique, but is: 0 and 300");
  }

  @Test
  void open_byteThatIsMissing_namesIt() {
    editPiece(3 + 0x41, piece -> piece.addField(1, text("other")));
    assertOpenFails(
        ": byte_fallback needs a piece of type 6 (byte) for each byte, but there is no <0x41>");
  }

  @Test
  void open_byteWithoutByteFallback_saysSo() {
    editPart(TRAINER, trainer -> trainer.addField(35, number(0)));
    assertOpenFails(": piece 3 must not be a byte without byte_fallback, but is: <0x00>");
  }

  @ParameterizedTest
  @CsvSource({"3", "4", "0", "9"})
  void open_modelOfAnotherKind_saysSo(int kind) {
    editPart(TRAINER, trainer -> trainer.addField(3, number(kind)));
    assertOpenFails(": trainer_spec.model_type must be 1 (unigram) or 2 (BPE), but is: " + kind);
  }

  @Test
  void open_spacesBehindWords_saysSo() {
    editPart(TRAINER, trainer -> trainer.addField(24, number(1)));
    assertOpenFails(": trainer_spec.treat_whitespace_as_suffix must be false, but is: true");
  }

  @Test
  void open_tableOfReplacementsThatIsDamaged_saysSo() {
    String name = ": normalizer_spec.precompiled_charsmap must ";
    editTable(new byte[] {1, 2, 3});
    assertOpenFails(
        name + "begin with its trie's length, followed by the trie and more, but has: -1");
    editTable(ints(1 << 30, 0));
    assertOpenFails(
        name + "begin with its trie's length, followed by the trie and more, but has: 1073741824");
    editTable(Arrays.copyOf(ints(4, 0, 7), 9));
    assertOpenFails(name + "end with a zero byte, but has: 7");
    // One unit for "a", whose leaf is out of range.
    int[] trie = new int[256];
    trie[0] = 0;
    trie['a'] = 'a' | 1 << 8 | 1 << 20;
    editTable(table(trie));
    assertOpenFails(name + "have its leaves within 256 units, but has: 1121");
    trie['a'] = 'a' | 1 << 8 | 1 << 10;
    trie['a' ^ 1] = Integer.MIN_VALUE | 5000;
    editTable(table(trie));
    assertOpenFails(name + "have its replacements within 1 bytes, but has: 5000");
  }

  @Test
  void open_addedTokensThatAreDamaged_namesTheFile() {
    Path config = folder.resolve("tokenizer_config.json");
    Fixtures.write(config, "{\"added_tokens_decoder\": {\"x\": {}}}".getBytes(UTF_8));
    assertOpenFailsWith(
        config + ": added_tokens_decoder.x must have a token's id as its key, but is: {}");
    Fixtures.write(config, "{\"added_tokens_decoder\": {\"5\": 5}}".getBytes(UTF_8));
    assertOpenFailsWith(config + ": added_tokens_decoder.5 must be an object, but is: 5");
    Fixtures.write(config, "{\"added_tokens_decoder\": {\"5\": {}}}".getBytes(UTF_8));
    assertOpenFailsWith(
        config + ": added_tokens_decoder.5.content must be present, but is missing");
    Fixtures.write(config, "{}".getBytes(UTF_8));
    Path added = folder.resolve("added_tokens.json");
    Fixtures.write(added, "{\"<x>\": -1}".getBytes(UTF_8));
    assertOpenFailsWith(added + ": <x> must be a whole number from 0 to 16777216, but is: -1");
    Fixtures.write(added, "{\"<x>\": 300}".getBytes(UTF_8));
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": token 300 must be unique, but is: ");
  }

  /** Opening a damaged file gives a working tokenizer or an exception, whatever the damage. */
  @ParameterizedTest
  @CsvSource({"bpe, 400", "unigram, 150", "bpe-bare, 200"})
  void open_damagedFile_onlyCheckpointException(String model, int rounds) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.resource("/sentencepiece/" + model + ".model"));
    Random random = new Random(9);
    int rejected = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes =
          random.nextInt(8) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int i = random.nextInt(6); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
        tokenizer.decode(tokenizer.encode("Zürich </s> 🙂 ﷺ e\u0301 <sym> \u3000"));
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).contains(folder.toString());
        rejected++;
      }
    }
    assertThat(rejected).isBetween(rounds / 8, rounds);
  }

  private CheckpointTokenizer open() {
    return CheckpointTokenizer.open(folder, CONFIG);
  }

  private void assertOpenFails(String message) {
    assertOpenFailsWith(file + message);
  }

  private void assertOpenFailsWith(String message) {
    assertThatThrownBy(this::open).isInstanceOf(CheckpointException.class).hasMessage(message);
  }

  private void editPiece(int id, UnaryOperator<UnknownFieldSet.Builder> change) {
    edit(PIECES, id, change);
  }

  private void editPart(int field, UnaryOperator<UnknownFieldSet.Builder> change) {
    edit(field, 0, change);
  }

  private void editTable(byte[] table) {
    Field field = Field.newBuilder().addLengthDelimited(ByteString.copyFrom(table)).build();
    editPart(NORMALIZER, normalizer -> normalizer.addField(2, field));
  }

  /** Changes one message inside the model. A field that is set again replaces the earlier one. */
  private void edit(int field, int index, UnaryOperator<UnknownFieldSet.Builder> change) {
    try {
      UnknownFieldSet model = UnknownFieldSet.parseFrom(Files.readAllBytes(file));
      Field.Builder edited = Field.newBuilder();
      for (int i = 0; i < model.getField(field).getLengthDelimitedList().size(); i++) {
        ByteString bytes = model.getField(field).getLengthDelimitedList().get(i);
        edited.addLengthDelimited(
            i == index
                ? change.apply(UnknownFieldSet.parseFrom(bytes).toBuilder()).build().toByteString()
                : bytes);
      }
      Files.write(file, model.toBuilder().addField(field, edited.build()).build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] table(int[] trie) {
    byte[] units = ints(trie);
    return ByteBuffer.allocate(4 + units.length + 1)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(units.length)
        .put(units)
        .put((byte) 0)
        .array();
  }

  private static byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(buffer::putInt);
    return buffer.array();
  }

  private static Field text(String text) {
    return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build();
  }

  private static Field number(long number) {
    return Field.newBuilder().addVarint(number).build();
  }
}
