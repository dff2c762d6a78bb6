package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Repeatedly damages the text files of a checkpoint, and uses those that open. It runs in a
 * separate process, because native code may crash it.
 *
 * <p>To run it by hand for any length of time, with the class path of the tests in {@code CP}:
 *
 * <pre>java -cp $CP io.github.tess2.runtime.checkpoint.TokenizerFuzz FOLDER FIRST COUNT</pre>
 *
 * <p>FOLDER must be empty; FIRST is the first seed, and COUNT the number of seeds. If the process
 * crashes, FOLDER contains the files that crashed it, and {@code seed.txt} their seed.
 */
final class TokenizerFuzz {
  /** The beginning of the last line, which reports how many were refused, built and used. */
  static final String DONE = "fuzzed: ";

  private static final List<String> FILES =
      List.of("tokenizer.json", "config.json", "tokenizer_config.json", "special_tokens_map.json");

  /**
   * White space, marks, scripts, long runs, and characters that normalizers make longer or shorter.
   */
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "é",
          "\0",
          "  \n\n x",
          "Zürich </s> <s> 🙂 <unk>",
          "aaa   aaa",
          "12 345,6.7",
          "e\u0301\u0301 \u0301",
          "\u0301\u200D\uFE0F",
          "ﷺ½ﬁ①İ",
          "北京 서울 각",
          "\u1112\u1161\u11AB",
          "👩\u200D👩\u200D👧",
          "<q>  b <q>   ",
          "\u00A0\u2028\u3000\uFEFF\u200B",
          "\uE000\uFFFF",
          " ".repeat(500),
          "a".repeat(500),
          "\n".repeat(200) + "x",
          "a b ".repeat(100));

  private final Path folder;
  private final JsonObject golden =
      Fixtures.json(Fixtures.resource("/checkpoint/published.json")).getAsJsonObject();
  private int refused;
  private int built;
  private int used;

  private TokenizerFuzz(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    TokenizerFuzz fuzz = new TokenizerFuzz(Path.of(arguments[0]));
    long first = Long.parseLong(arguments[1]);
    for (long seed = first; seed < first + Integer.parseInt(arguments[2]); seed++) {
      Files.writeString(fuzz.folder.resolve("seed.txt"), Long.toString(seed));
      fuzz.damage(seed);
      fuzz.open(seed);
    }
    System.out.println(
        DONE + fuzz.refused + " refused, " + fuzz.built + " built, " + fuzz.used + " used");
  }

  /** Writes the four files of a folder, and damages one of them. */
  private void damage(long seed) {
    Random random = new Random(seed);
    JsonMutator mutator = new JsonMutator(random, golden.get("table").getAsString());
    Path mistral = Fixtures.checkpoint("mistral");
    String target = FILES.get(random.nextInt(3) > 0 ? 0 : random.nextInt(FILES.size()));
    for (String name : FILES) {
      JsonObject json = Fixtures.json(mistral.resolve(name)).getAsJsonObject();
      if (name.equals("tokenizer.json")) {
        json = tokenizer(random, mutator);
      } else if (name.equals("config.json")) {
        json.addProperty("vocab_size", 1000);
        json.remove("pad_token_id");
      }
      if (!name.equals("tokenizer.json") && !name.equals("config.json")) {
        json.remove("pad_token");
      }
      if (name.equals(target)) {
        for (int count = random.nextInt(3); count > 0; count--) {
          mutator.mutate(json);
        }
      }
      write(name, json.toString());
    }
  }

  /** A published tokenizer, often with a replaced step or an added token with odd flags. */
  private JsonObject tokenizer(Random random, JsonMutator mutator) {
    List<JsonElement> cases = golden.getAsJsonArray("cases").asList();
    JsonObject json =
        cases.get(random.nextInt(cases.size())).getAsJsonObject().getAsJsonObject("tokenizer");
    String text = json.toString().replace("\"TABLE\"", golden.get("table").toString());
    json = JsonParser.parseString(text).getAsJsonObject();
    json.add(
        "model", golden.getAsJsonObject("models").get(json.get("model").getAsString()).deepCopy());
    if (random.nextInt(3) == 0) {
      json.add("normalizer", mutator.step("normalizers"));
    }
    if (random.nextInt(3) == 0) {
      json.add("pre_tokenizer", mutator.step("pretokenizers"));
    }
    if (random.nextInt(3) == 0) {
      json.add("decoder", mutator.step("decoders"));
    }
    for (String content : List.of("<q>", " ", "é", "a b", "\u0301")) {
      if (random.nextInt(4) == 0) {
        JsonObject token = new JsonObject();
        token.addProperty("id", 900 + json.getAsJsonArray("added_tokens").size());
        token.addProperty("content", content);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
          token.addProperty(flag, random.nextInt(3) == 0);
        }
        json.getAsJsonArray("added_tokens").add(token);
      }
    }
    return json;
  }

  private void open(long seed) {
    try {
      Path file = folder.resolve("tokenizer.json");
      JsonFields fields = new JsonFields(file.toString(), StrictJson.read(file, Integer.MAX_VALUE));
      try (NativeTokenizer tokenizer =
          NativeTokenizer.of(file, Fixtures.form(SoundTokenizer.of(fields)))) {
        use(tokenizer, seed);
        built++;
      }
      ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
      TokenizerFolder.read(folder);
      try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, config)) {
        for (String text : TEXTS) {
          tokenizer.decode(tokenizer.encodeSequence(List.of(TextSpan.user(text))), false);
          tokenizer.encodeContinuation(text);
        }
      }
      used++;
    } catch (CheckpointException e) {
      if (!e.getMessage().contains(folder.toString())) {
        throw new IllegalStateException("seed " + seed + ": a message without the file", e);
      }
      refused++;
    } catch (RuntimeException e) {
      throw new IllegalStateException("seed " + seed, e);
    }
  }

  private static void use(NativeTokenizer tokenizer, long seed) {
    for (String text : TEXTS) {
      long[] ids = Arrays.stream(tokenizer.encode(text)).asLongStream().toArray();
      tokenizer.decode(ids, true);
    }
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      tokenizer.encode(text(random));
      tokenizer.decode(random.longs(random.nextInt(20), 0, 1000).toArray(), random.nextBoolean());
    }
    for (int id = 0; id < 300; id += 1 + random.nextInt(5)) {
      tokenizer.decode(new long[] {id}, false);
    }
  }

  /** Characters from all of Unicode; half of the time they are close together. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int block = random.nextInt(0x3000);
    for (int length = random.nextInt(60); length > 0; length--) {
      int character =
          random.nextBoolean()
              ? block + random.nextInt(0x80)
              : random.nextInt(Character.MAX_CODE_POINT);
      if (Character.getType(character) != Character.SURROGATE) {
        text.appendCodePoint(character);
      }
    }
    return text.toString();
  }

  private void write(String name, String text) {
    try {
      // Half a surrogate pair can only be written as an escape.
      String escaped = text.replace("\uD800\"", "\\ud800\"").replace("\"\uDC00", "\"\\udc00");
      Files.writeString(folder.resolve(name), escaped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
