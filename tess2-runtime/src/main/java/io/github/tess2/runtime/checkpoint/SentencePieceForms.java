package io.github.tess2.runtime.checkpoint;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.sentencepiece.Normalizer;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Converts a SentencePiece model to the forms that the tokenizers library reads. */
final class SentencePieceForms {
  /**
   * Two pieces that may merge into one.
   *
   * @param score the score of the merged piece
   */
  private record Merge(String left, String right, float score) {}

  private SentencePieceForms() {}

  /**
   * A {@code tokenizer.json} that contains the vocabulary, joins ids into text, and defines how
   * texts are spelled; it does not split texts.
   *
   * @param stripsSpace whether a space was put before the text
   */
  static JsonObject vocabulary(
      SentencePieceModel model, List<JsonObject> addedTokens, boolean stripsSpace) {
    JsonObject vocabulary = new JsonObject();
    model.pieces().forEach(piece -> vocabulary.addProperty(piece.text(), vocabulary.size()));
    JsonArray added = new JsonArray();
    addedTokens.forEach(added::add);
    JsonObject json = root(bpe(vocabulary, new JsonArray(), null));
    json.getAsJsonObject("model").addProperty("byte_fallback", model.byteFallback());
    json.add(
        "normalizer",
        JsonParser.parseString(
            "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \""
                + Normalizer.SPACE
                + "\"}"));
    json.add("added_tokens", added);
    String strip = ", {\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}";
    json.add(
        "decoder",
        JsonParser.parseString(
            String.format(
                Locale.ROOT,
                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\":"
                    + " {\"String\": \"%s\"}, \"content\": \" \"}, {\"type\": \"ByteFallback\"},"
                    + " {\"type\": \"Fuse\"}%s]}",
                Normalizer.SPACE,
                stripsSpace ? strip : "")));
    return json;
  }

  /**
   * A BPE model alone, for splitting normalized text. Only normal pieces are found in text. The
   * others keep their ids, under names that no text contains.
   *
   * @param names such a name for each id
   */
  static NativeForm merging(SentencePieceModel model, IntFunction<String> names) {
    ImmutableIntArray ids =
        ImmutableIntArray.copyOf(IntStream.range(0, model.pieces().size()).toArray());
    return new NativeForm(root(bpe(model, names)).toString(), ids);
  }

  private static JsonObject root(JsonObject model) {
    JsonObject root = new JsonObject();
    root.addProperty("version", "1.0");
    for (String field : List.of("truncation", "padding", "normalizer", "pre_tokenizer")) {
      root.add(field, JsonNull.INSTANCE);
    }
    root.add("added_tokens", new JsonArray());
    root.add("post_processor", JsonNull.INSTANCE);
    root.add("decoder", JsonNull.INSTANCE);
    root.add("model", model);
    return root;
  }

  private static JsonObject bpe(SentencePieceModel model, IntFunction<String> names) {
    JsonObject vocabulary = new JsonObject();
    for (Piece piece : model.pieces()) {
      vocabulary.addProperty(name(piece, vocabulary.size(), names), vocabulary.size());
    }
    JsonArray merges = new JsonArray();
    for (Merge merge : merges(model)) {
      JsonArray pair = new JsonArray(2);
      pair.add(merge.left());
      pair.add(merge.right());
      merges.add(pair);
    }
    return bpe(vocabulary, merges, names.apply(model.unknownId()));
  }

  private static JsonObject bpe(JsonObject vocabulary, JsonArray merges, @Nullable String unknown) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "BPE");
    json.addProperty("unk_token", unknown);
    json.addProperty("fuse_unk", true);
    json.addProperty("byte_fallback", false);
    json.add("vocab", vocabulary);
    json.add("merges", merges);
    return json;
  }

  private static String name(Piece piece, int id, IntFunction<String> names) {
    return piece.type() == SentencePieceModel.Type.NORMAL ? piece.text() : names.apply(id);
  }

  /**
   * Every way to merge two pieces into a normal one, with the best score first. Among merges into
   * the same piece, or with equal scores, the one with the longer left part comes first:
   * SentencePiece takes the leftmost.
   */
  private static List<Merge> merges(SentencePieceModel model) {
    Map<String, Float> scores = new HashMap<>();
    for (Piece piece : model.pieces()) {
      if (piece.type() == SentencePieceModel.Type.NORMAL) {
        scores.put(piece.text(), piece.score());
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      if (piece.type() == SentencePieceModel.Type.NORMAL) {
        addMerges(piece, scores, merges);
      }
    }
    merges.sort(
        Comparator.comparing(Merge::score)
            .thenComparing(merge -> merge.left().length())
            .thenComparing(merge -> merge.right().length())
            .reversed());
    return merges;
  }

  private static void addMerges(Piece piece, Map<String, Float> scores, List<Merge> merges) {
    String text = piece.text();
    for (int at = 1; at < text.length(); at++) {
      if (scores.containsKey(text.substring(0, at)) && scores.containsKey(text.substring(at))) {
        merges.add(new Merge(text.substring(0, at), text.substring(at), piece.score()));
      }
    }
  }
}
