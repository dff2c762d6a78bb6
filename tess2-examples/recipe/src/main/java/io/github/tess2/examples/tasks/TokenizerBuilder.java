package io.github.tess2.examples.tasks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a small byte-level tokenizer in the Hugging Face layout: the special tokens, the 256 bytes,
 * and the most frequent whole words of a corpus.
 *
 * <p>A word is known in the form that it has in running text, with the space before it; in this
 * form it is one token. A capitalised word is also known without the space, because it can begin a
 * sentence. Everything else falls back to its bytes: unknown words, and every lower-case word right
 * after a quote or at the start of a text. So a model sees the letters of {@code 'strawberry'}
 * exactly when a task is about letters. Each digit is always a separate token. A sign before a
 * number takes the spaces around it, so that {@code 12 + 5} is four tokens. Any UTF-8 text survives
 * a round trip.
 *
 * <p>The file is a BPE model without merges whose {@code ignore_merges} makes the tokenizer look up
 * whole pieces first. This needs version 0.20 or later of the {@code tokenizers} library. No token
 * is added in front or at the end: the model's chat template does that.
 */
public final class TokenizerBuilder {
  /** Starts a sequence. */
  public static final String BOS = "<s>";

  /** Ends an answer. */
  public static final String EOS = "</s>";

  /** Pads a batch. */
  public static final String PAD = "[PAD]";

  /** Opens the user's turn; a plain token, so decoding keeps it. */
  public static final String USER = "<|user|>";

  /** Opens the model's turn; a plain token, so decoding keeps it. */
  public static final String ASSISTANT = "<|assistant|>";

  private static final List<String> SPECIAL = List.of(BOS, EOS, PAD);
  private static final List<String> MARKERS = List.of(USER, ASSISTANT);

  /** Size of the smallest vocabulary, which has only special tokens and bytes. */
  public static final int SMALLEST = SPECIAL.size() + MARKERS.size() + 256;

  /**
   * Arithmetic signs with the spaces around them; words with the space before them; single digits;
   * other single signs with the space before them; white space.
   */
  private static final String PIECES =
      " ?[-+×÷=*/] | ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]|\\s+(?!\\S)|\\s+";

  private static final Pattern PIECE = Pattern.compile(PIECES);
  private static final Pattern WORD =
      Pattern.compile(" \\p{L}+|\\p{Lu}\\p{L}+| ?[-+×÷=*/] | [^\\s\\p{L}\\p{N}]");
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  /** The chat format of TESS 2. */
  private static final String CHAT_TEMPLATE =
      "{% for message in messages %}"
          + "{% if message['role'] == 'user' %}{{ '<|user|>\\n' + message['content'] + '\\n' }}"
          + "{% elif message['role'] == 'assistant' %}"
          + "{{ '<|assistant|>\\n' + message['content'] + eos_token + '\\n' }}{% endif %}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

  private final int size;
  private final Map<String, Long> counts = new TreeMap<>();

  /**
   * Starts with no words.
   *
   * @param size number of tokens: 5 special tokens, 256 bytes, the rest words
   * @throws IllegalArgumentException if there is no room for the bytes
   */
  public TokenizerBuilder(int size) {
    if (size < SMALLEST) {
      throw new IllegalArgumentException(
          "vocabulary size must be at least " + SMALLEST + ", but is: " + size);
    }
    this.size = size;
  }

  /**
   * Counts a text's words.
   *
   * @param text any text; words that are quoted, or that begin it in lower case, do not count
   * @param weight how often the text counts
   * @throws IllegalArgumentException if the weight is not positive
   */
  public TokenizerBuilder addText(String text, int weight) {
    if (weight <= 0) {
      throw new IllegalArgumentException("weight must be greater than zero, but is: " + weight);
    }
    Matcher pieces = PIECE.matcher(text);
    while (pieces.find()) {
      if (WORD.matcher(pieces.group()).matches()) {
        counts.merge(pieces.group(), (long) weight, Long::sum);
      }
    }
    return this;
  }

  /** The number of different words counted so far. */
  public int words() {
    return counts.size();
  }

  /**
   * The tokens by id, in the notation of the file: bytes as GPT-2 writes them, a space as {@code
   * Ġ}. Ids depend only on the content of the texts, not on their order: equally frequent words are
   * sorted by their characters.
   *
   * @throws Tess2Exception if the texts hold fewer words than there is room for
   */
  public List<String> vocabulary() {
    int room = size - SMALLEST;
    if (counts.size() < room) {
      throw new Tess2Exception(
          "a vocabulary of "
              + size
              + " needs texts with at least "
              + room
              + " different words, but they have: "
              + counts.size());
    }
    List<String> tokens = new ArrayList<>(SPECIAL);
    tokens.addAll(MARKERS);
    for (int value = 0; value < 256; value++) {
      tokens.add(String.valueOf(byteCharacter(value)));
    }
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(room)
        .forEach(word -> tokens.add(inBytes(word.getKey())));
    return List.copyOf(tokens);
  }

  /** GPT-2's character for a byte: itself if it is visible, else the next one from 256 on. */
  private static char byteCharacter(int value) {
    return isVisible(value) ? (char) value : (char) (256 + invisibleBefore(value));
  }

  private static int invisibleBefore(int value) {
    int count = 0;
    for (int lower = 0; lower < value; lower++) {
      count += isVisible(lower) ? 0 : 1;
    }
    return count;
  }

  private static boolean isVisible(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }

  private static String inBytes(String word) {
    StringBuilder text = new StringBuilder();
    for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
      text.append(byteCharacter(value & 0xff));
    }
    return text.toString();
  }

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
   * special_tokens_map.json} into a folder, which is created if it is missing.
   *
   * @throws Tess2Exception if the texts hold fewer words than there is room for
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    Map<String, JsonObject> files = new LinkedHashMap<>();
    files.put("tokenizer.json", tokenizer(vocabulary()));
    files.put("tokenizer_config.json", config());
    files.put("special_tokens_map.json", specialTokens());
    Files.createDirectories(folder);
    for (Map.Entry<String, JsonObject> file : files.entrySet()) {
      TaskFiles.replace(folder.resolve(file.getKey()), GSON.toJson(file.getValue()) + "\n");
    }
  }

  private static JsonObject tokenizer(List<String> tokens) {
    JsonArray added = new JsonArray();
    for (int id = 0; id < SPECIAL.size() + MARKERS.size(); id++) {
      added.add(addedToken(id, tokens.get(id)));
    }
    JsonObject json = new JsonObject();
    json.addProperty("version", "1.0");
    json.add("truncation", null);
    json.add("padding", null);
    json.add("added_tokens", added);
    json.add("normalizer", null);
    json.add("pre_tokenizer", preTokenizer());
    json.add("post_processor", null);
    json.add("decoder", byteLevel());
    json.add("model", model(tokens));
    return json;
  }

  private static JsonObject addedToken(int id, String content) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    token.addProperty("single_word", false);
    token.addProperty("lstrip", false);
    token.addProperty("rstrip", false);
    token.addProperty("normalized", false);
    token.addProperty("special", SPECIAL.contains(content));
    return token;
  }

  private static JsonObject preTokenizer() {
    JsonObject regex = new JsonObject();
    regex.addProperty("Regex", PIECES);
    JsonObject split = new JsonObject();
    split.addProperty("type", "Split");
    split.add("pattern", regex);
    split.addProperty("behavior", "Isolated");
    split.addProperty("invert", false);
    JsonArray steps = new JsonArray();
    steps.add(split);
    steps.add(byteLevel());
    JsonObject sequence = new JsonObject();
    sequence.addProperty("type", "Sequence");
    sequence.add("pretokenizers", steps);
    return sequence;
  }

  private static JsonObject byteLevel() {
    JsonObject json = new JsonObject();
    json.addProperty("type", "ByteLevel");
    json.addProperty("add_prefix_space", false);
    json.addProperty("trim_offsets", true);
    json.addProperty("use_regex", false);
    return json;
  }

  private static JsonObject model(List<String> tokens) {
    JsonObject vocabulary = new JsonObject();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.addProperty(tokens.get(id), id);
    }
    JsonObject json = new JsonObject();
    json.addProperty("type", "BPE");
    json.add("dropout", null);
    json.add("unk_token", null);
    json.add("continuing_subword_prefix", null);
    json.add("end_of_word_suffix", null);
    json.addProperty("fuse_unk", false);
    json.addProperty("byte_fallback", false);
    json.addProperty("ignore_merges", true);
    json.add("vocab", vocabulary);
    json.add("merges", new JsonArray());
    return json;
  }

  private static JsonObject config() {
    JsonObject json = specialTokens();
    json.addProperty("tokenizer_class", "PreTrainedTokenizerFast");
    json.addProperty("clean_up_tokenization_spaces", false);
    json.addProperty("chat_template", CHAT_TEMPLATE);
    return json;
  }

  private static JsonObject specialTokens() {
    JsonObject json = new JsonObject();
    json.addProperty("bos_token", BOS);
    json.addProperty("eos_token", EOS);
    json.addProperty("pad_token", PAD);
    return json;
  }
}
