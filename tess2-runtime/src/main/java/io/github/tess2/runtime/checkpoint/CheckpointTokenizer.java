package io.github.tess2.runtime.checkpoint;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.CheckpointException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.engine.Closing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint folder's tokenizer, read from {@code tokenizer.json} or, if that is missing, from
 * {@code tokenizer.model} ({@link SentencePieceEncoder}). It converts text to ids and back, with
 * nothing added, truncated or padded. Thread-safe; closing waits for running calls. Reads local
 * files only.
 *
 * <p><b>Special tokens in a user's text.</b> The native library finds special tokens by their
 * spelling anywhere, so a user who types {@code </s>} would end the prompt. Its setting against
 * that, {@code encode_special_tokens}, is not enough: DJL does not pass it on, it would apply to
 * the template too, and it would not keep the model from building {@code </s>} out of characters.
 * So texts are encoded by a second tokenizer, made from the same file, in which every special token
 * ({@link ControlTokens}) is spelled as a marker that nobody can guess, in the vocabulary too. The
 * special tokens in a template's {@link TextSpan} are replaced with markers; those in a user's are
 * not. The whole text is encoded in one pass, so spans meet as they did in training. A special
 * token of one character that is in the vocabulary (for example a padding token {@code !}) remains
 * that character in a user's text.
 *
 * <p><b>Beginnings.</b> Tokenizers of the SentencePiece kind add a space before a text when they
 * encode, and remove it when they decode. Which method to use depends on what precedes the text in
 * the sequence: {@link #encode} if nothing does; {@link #encodeText} for a user's text after the
 * beginning-of-sequence token; {@link #encodeSequence} for a template's text after it; {@link
 * #encodeContinuation} if other text does.
 */
public final class CheckpointTokenizer implements Tokenizer, AutoCloseable {
  /** A text of at most this many UTF-16 units is certainly split quickly. */
  private static final int SHORT = 4096;

  /**
   * Limits for texts whose number of tokens has no known bound: UTF-16 units, and units per token.
   */
  private static final int MOST_UNKNOWN = 1 << 16;

  private static final int UNKNOWN_PER_TOKEN = 32;

  private final TokenizerJson json;
  private final SpecialTokens special;
  private final int vocabularySize;
  private final String fingerprint;
  private final ImmutableIntArray ends;
  private final NativeTokenizer decoder;
  private final ContextDecoder inside;
  private final TextEncoder encoder;
  private final Optional<TokenBound> bound;
  private final ImmutableIntArray beginning;
  private final boolean ownTemplate;
  private final Optional<ChatTemplate> template;

  private CheckpointTokenizer(
      TokenizerJson json,
      SpecialTokens special,
      ModelConfig config,
      NativeTokenizer decoder,
      TextEncoder encoder,
      Optional<TokenBound> bound,
      Path folder) {
    this.json = json;
    this.special = special;
    this.vocabularySize = config.vocabularySize();
    this.ends = ends(special.eosId(), json, config);
    this.ownTemplate = config.family().hasOwnTemplate();
    this.template = ownTemplate ? ChatTemplate.read(folder) : Optional.empty();
    this.beginning =
        ownTemplate && !SpecialTokens.beginsTexts(folder)
            ? ImmutableIntArray.of()
            : ImmutableIntArray.of(special.bosId());
    this.fingerprint = json.fingerprint();
    this.decoder = decoder;
    this.inside = ContextDecoder.of(json, decoder);
    this.encoder = encoder;
    this.bound = bound;
  }

  /**
   * Opens a folder's tokenizer.
   *
   * @param folder the checkpoint, with {@code tokenizer.json} or {@code tokenizer.model} and, for
   *     the special tokens, {@code tokenizer_config.json} and {@code special_tokens_map.json} if it
   *     has them
   * @param config the checkpoint's configuration: V, and the special tokens that no other file
   *     names
   * @return the open tokenizer; the caller closes it
   * @throws CheckpointException if a file is missing or malformed, or the tokenizer has more tokens
   *     than the model
   */
  public static CheckpointTokenizer open(Path folder, ModelConfig config) {
    Optional<SentencePieceFolder> sentencePiece = SentencePieceFolder.find(folder);
    TokenizerJson json =
        sentencePiece
            .map(SentencePieceFolder::json)
            .or(() -> VocabularyFolder.find(folder))
            .orElseGet(() -> TokenizerJson.read(folder.resolve(TokenizerFolder.JSON)));
    if (json.size() > config.vocabularySize()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must have at most vocab_size (%d, by config.json) tokens, but has: %d",
              json.file(),
              config.vocabularySize(),
              json.size()));
    }
    SpecialTokens special = SpecialTokens.read(folder, json, config);
    ControlTokens controls = ControlTokens.read(folder, json, special, config);
    NativeTokenizer decoder = NativeTokenizer.of(json.file(), NativeForm.of(json, controls));
    try {
      TextEncoder encoder =
          sentencePiece.isPresent()
              ? new SentencePieceEncoder(sentencePiece.get())
              : new MarkedEncoder(json, controls);
      boolean bounded = sentencePiece.map(SentencePieceFolder::keepsAll).orElse(true);
      return new CheckpointTokenizer(
          json,
          special,
          config,
          decoder,
          encoder,
          bounded ? TokenBound.of(json.json()) : Optional.empty(),
          folder);
    } catch (RuntimeException e) {
      Closing.after(e, decoder::close);
      throw e;
    }
  }

  private static ImmutableIntArray ends(int eosId, TokenizerJson json, ModelConfig config) {
    Set<Integer> ends = new LinkedHashSet<>();
    ends.add(eosId);
    ends.addAll(config.eosIds());
    for (String spelling : config.family().ends()) {
      if (json.id(spelling) >= 0) {
        ends.add(json.id(spelling));
      }
    }
    return ImmutableIntArray.copyOf(ends);
  }

  /**
   * {@return what precedes a text that begins a sequence: the beginning-of-sequence token, or
   * nothing}
   */
  public ImmutableIntArray beginning() {
    return beginning;
  }

  /** {@return whether chats are rendered with the checkpoint's own template} */
  public boolean hasOwnTemplate() {
    return ownTemplate;
  }

  /**
   * Renders a chat with the checkpoint's own template, up to the beginning of the answer.
   *
   * @param roles the roles of the messages, such as {@code user}
   * @param contents the texts of the messages, one for each role
   * @return the text in spans of the template and of users, including all special tokens
   * @throws IllegalArgumentException if the checkpoint has no template, or the template refuses the
   *     chat
   * @throws CheckpointException if the template is broken
   */
  public List<TextSpan> chat(List<String> roles, List<String> contents) {
    List<ChatTemplate.Turn> turns = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      turns.add(new ChatTemplate.Turn(roles.get(i), contents.get(i)));
    }
    return template
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "prompt must be a text or an infill, because the checkpoint has no chat template"
                        + " (chat_template in tokenizer_config.json, or chat_template.jinja), but"
                        + " is: a chat"))
        .render(turns);
  }

  /**
   * Encodes a complete sequence: nothing is put in front.
   *
   * @param spans the text, in spans of templates and users
   * @return the ids
   * @throws IllegalArgumentException if a text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  public ImmutableIntArray encodeSpans(List<TextSpan> spans) {
    return ImmutableIntArray.copyOf(encoder.encode(spans));
  }

  /** Encodes a user's text that stands alone; nothing in it is a special token. */
  @Override
  public ImmutableIntArray encode(String text) {
    requireNonNull(text, "text");
    return ImmutableIntArray.copyOf(encoder.encode(List.of(TextSpan.user(text))));
  }

  /**
   * Encodes a user's text as the tokenizer itself does, with its {@link #beginning} in front.
   *
   * @param text the text
   * @return the ids
   * @throws IllegalArgumentException if the text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  public ImmutableIntArray encodeText(String text) {
    return ImmutableIntArray.builder().addAll(beginning).addAll(encode(text)).build();
  }

  /**
   * Encodes a template's sequence with the beginning-of-sequence token in front. As in training,
   * the whole is encoded as one text.
   *
   * @param spans the text, in spans of templates and users
   * @return the ids, {@link #bosId} first
   * @throws IllegalArgumentException if a text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  public ImmutableIntArray encodeSequence(List<TextSpan> spans) {
    List<TextSpan> all = new ArrayList<>();
    all.add(TextSpan.template(json.token(special.bosId())));
    all.addAll(spans);
    int[] ids = encoder.encode(all);
    if (ids.length > 0 && ids[0] == special.bosId()) {
      return ImmutableIntArray.copyOf(ids);
    }
    // The beginning token is not a special token of the file, so its spelling is plain text.
    return ImmutableIntArray.builder()
        .add(special.bosId())
        .addAll(ImmutableIntArray.copyOf(encoder.encode(spans)))
        .build();
  }

  /**
   * Encodes a user's text that continues other text: no space is put before it.
   *
   * @param text the text
   * @return its ids
   * @throws IllegalArgumentException if the text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  @Override
  public ImmutableIntArray encodeContinuation(String text) {
    requireNonNull(text, "text");
    return ImmutableIntArray.copyOf(encoder.encodeContinuation(text));
  }

  /**
   * Computes a lower bound of the number of tokens in a text without encoding it: encoding a text
   * that is far too long takes time and memory. If the tokenizer deletes or joins characters before
   * it looks for tokens, no bound is known. Then a text must have at most 65,536 UTF-16 units, or
   * 32 for each token of the limit if that is more.
   *
   * @param text the text
   * @param limit the greatest number of tokens that is allowed; for a text with more, the result is
   *     a number over the limit, if a bound is known
   * @return at most the number of tokens in the text; 0 for a short text, and if no bound is known
   * @throws IllegalArgumentException if no bound is known and the text is too long to try
   */
  public int atLeast(String text, int limit) {
    if (text.length() <= SHORT) {
      return 0;
    }
    if (bound.isPresent()) {
      return bound.get().atLeast(text, limit);
    }
    long most = Math.max(MOST_UNKNOWN, (long) UNKNOWN_PER_TOKEN * limit);
    if (text.length() > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "text must have at most %d characters for a limit of %d tokens, but has: %d",
              most,
              limit,
              text.length()));
    }
    return 0;
  }

  /** Like {@link #decode(ImmutableIntArray, boolean)}, without special tokens. */
  @Override
  public String decode(ImmutableIntArray ids) {
    return decode(ids, true);
  }

  /**
   * Joins tokens into text.
   *
   * @param ids ids below the model's V; those that belong to no token are left out
   * @param skipSpecial whether special tokens are left out
   * @return their text
   * @throws IllegalArgumentException if an id is not from 0 to V - 1
   * @throws IllegalStateException after {@link #close}
   */
  public String decode(ImmutableIntArray ids, boolean skipSpecial) {
    return decoder.decode(checked(ids), skipSpecial);
  }

  @Override
  public String decodeContinuation(ImmutableIntArray ids) {
    return decode(ids, true, false);
  }

  /**
   * Joins tokens into text as it reads next to other text, without special tokens.
   *
   * @param ids ids below the model's V; those that belong to no token are left out
   * @param before whether other text precedes it
   * @param after whether other text follows it
   * @return their text, without the other text
   * @throws IllegalArgumentException if an id is not from 0 to V - 1
   * @throws IllegalStateException after {@link #close}
   */
  public String decode(ImmutableIntArray ids, boolean before, boolean after) {
    return inside.decode(checked(ids), before, after);
  }

  private long[] checked(ImmutableIntArray ids) {
    requireNonNull(ids, "ids");
    long[] wide = new long[ids.length()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids.get(i);
      Require.range("token id", wide[i], 0, vocabularySize - 1);
    }
    return wide;
  }

  /** One more than the highest id. */
  @Override
  public int size() {
    return json.size();
  }

  @Override
  public int bosId() {
    return special.bosId();
  }

  @Override
  public int eosId() {
    return special.eosId();
  }

  /** The token that ends an answer, then the model's other end tokens. */
  @Override
  public ImmutableIntArray endIds() {
    return ends;
  }

  /** {@return the token that ends an answer, as a template spells it} */
  public TextSpan end() {
    return TextSpan.template(json.token(special.eosId()));
  }

  /** The padding token; {@code [PAD]} or the end token's id if the files name none. */
  @Override
  public int padId() {
    return special.padId();
  }

  /** A SHA-256, in hexadecimal, of all tokens and their ids. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** Frees the native tokenizers. Closing again does nothing. */
  @Override
  public void close() {
    Closing.all(decoder::close, encoder::close);
  }
}
