package io.github.tess2.runtime.sentencepiece;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.github.tess2.CheckpointException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A protobuf message whose fields are read by their numbers in SentencePiece's {@code
 * sentencepiece_model.proto}. If a field occurs several times, the last one counts, as in protobuf.
 * Every error names the file, the field, the rule and the value.
 */
final class ProtoFields {
  private final String source;
  private final UnknownFieldSet fields;

  private ProtoFields(String source, UnknownFieldSet fields) {
    this.source = source;
    this.fields = fields;
  }

  /** Parses a message; the source is what error messages call it. */
  static ProtoFields parse(String source, ByteString bytes) {
    try {
      return new ProtoFields(source, UnknownFieldSet.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must be a protobuf message, but is not: %s",
              source,
              e.getMessage()),
          e);
    }
  }

  /** The messages of a repeated field. */
  List<ByteString> messages(int number, String name) {
    UnknownFieldSet.Field field = fields.getField(number);
    requireWire(name, field, field.getLengthDelimitedList());
    return field.getLengthDelimitedList();
  }

  /** The message in a field; empty if the field is missing, merged if it occurs several times. */
  ProtoFields message(int number, String name) {
    return parse(source + ": " + name, ByteString.copyFrom(messages(number, name)));
  }

  ByteString bytes(int number, String name) {
    List<ByteString> values = messages(number, name);
    return values.isEmpty() ? ByteString.EMPTY : values.get(values.size() - 1);
  }

  /** UTF-8 text. */
  String text(int number, String name) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(bytes(number, name).asReadOnlyByteBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: %s must be UTF-8 text, but is: %s",
              source,
              name,
              bytes(number, name).toStringUtf8()),
          e);
    }
  }

  long number(int number, String name, long fallback) {
    UnknownFieldSet.Field field = fields.getField(number);
    List<Long> values = field.getVarintList();
    requireWire(name, field, values);
    return values.isEmpty() ? fallback : values.get(values.size() - 1);
  }

  boolean bool(int number, String name, boolean fallback) {
    return number(number, name, fallback ? 1 : 0) != 0;
  }

  /** A finite number. */
  float real(int number, String name) {
    UnknownFieldSet.Field field = fields.getField(number);
    List<Integer> values = field.getFixed32List();
    requireWire(name, field, values);
    float value = values.isEmpty() ? 0 : Float.intBitsToFloat(values.get(values.size() - 1));
    if (!Float.isFinite(value)) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s: %s must be finite, but is: %s", source, name, value));
    }
    return value;
  }

  /** Checks that all values of the field are stored as the expected type. */
  private void requireWire(String name, UnknownFieldSet.Field field, List<?> expected) {
    int all =
        field.getVarintList().size()
            + field.getFixed32List().size()
            + field.getFixed64List().size()
            + field.getLengthDelimitedList().size()
            + field.getGroupList().size();
    if (all != expected.size()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: %s must be stored as sentencepiece_model.proto defines it, but is stored as"
                  + " another type",
              source,
              name));
    }
  }
}
