package io.github.tess2.runtime.checkpoint;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.CheckpointException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.engine.Closing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A checkpoint folder's tokenizer, out of {@code tokenizer.json} or, where that is missing, {@code
 * tokenizer.model} ({@link SentencePieceEncoder}): text to ids and back, with nothing added, cut
 * off or filled up. Thread-safe; closing waits for those who use it. Reads local files only.
 *
 * <p><b>Special tokens in a user's text.</b> The native library finds special tokens by their
 * spelling wherever they stand, so a user who types {@code </s>} would end the prompt. It has a
 * switch against that, {@code encode_special_tokens}, but DJL does not pass it on, and it would
 * hold for the template as well, and not keep the model from making {@code </s>} of characters. So
 * texts are encoded by a second tokenizer of the same file, in which every special token ({@link
 * ControlTokens}) is spelled as an unguessable marker, in the vocabulary too; the special tokens of
 * a template's {@link TextSpan} are respelled so, a user's are not, and the whole is encoded in one
 * pass, so that spans meet as they did in training. A special token of one character that is in the
 * vocabulary (a padding token {@code !}, say) stays that character in a user's text.
 *
 * <p><b>Beginnings.</b> Tokenizers of the SentencePiece kind put a space before a text, and take it
 * away again. Which method to use depends on what stands before the text in the sequence: {@link
 * #encode} where nothing does; {@link #encodeText} for a user's text behind the beginning token;
 * {@link #encodeSequence} for a template's; {@link #encodeContinuation} where other text does.
 */
public final class CheckpointTokenizer implements Tokenizer, AutoCloseable {
  /** UTF-16 units of a text that are surely split in moments. */
  private static final int SHORT = 4096;

  /** Of texts of which nothing is known beforehand, units at most, and for each token allowed. */
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
    this.ends = ends(json, config);
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
   *     the special tokens, {@code tokenizer_config.json} and {@code special_tokens_map.json} where
   *     it has them
   * @param config the checkpoint's configuration: V, and special tokens no other file names
   * @return the open tokenizer; the caller closes it
   * @throws CheckpointException if a file is missing or malformed, or the tokenizer has more
   *     tokens than the model
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

  private static ImmutableIntArray ends(TokenizerJson json, ModelConfig config) {
    ImmutableIntArray.Builder ends = ImmutableIntArray.builder().addAll(config.eosIds());
    for (String spelling : config.family().ends()) {
      if (json.id(spelling) >= 0) {
        ends.add(json.id(spelling));
      }
    }
    return ends.build();
  }

  /** {@return what stands before a text that begins a sequence: the beginning token, or nothing} */
  public ImmutableIntArray beginning() {
    return beginning;
  }

  /** {@return whether chats are written by the checkpoint's own template} */
  public boolean hasOwnTemplate() {
    return ownTemplate;
  }

  /**
   * Writes a chat by the checkpoint's own template, up to where the answer begins.
   *
   * @param roles of the messages, such as {@code user}
   * @param contents what they say, as many
   * @return the text in spans of the template and of users, with all special tokens that belong to
   *     it
   * @throws IllegalArgumentException if the checkpoint has no template, or the template refuses
   *     the chat
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
                    "prompt must be a text or an infill, since the checkpoint has no chat template"
                        + " (chat_template in tokenizer_config.json, or chat_template.jinja), but"
                        + " is: a chat"))
        .render(turns);
  }

  /**
   * Splits a sequence that is whole as it is: nothing is put in front.
   *
   * @param spans the text, in spans of templates and users
   * @return the ids
   * @throws IllegalArgumentException if a text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  public ImmutableIntArray encodeSpans(List<TextSpan> spans) {
    return ImmutableIntArray.copyOf(encoder.encode(spans));
  }

  /** Splits a user's text that stands alone; nothing in it is a special token. */
  @Override
  public ImmutableIntArray encode(String text) {
    requireNonNull(text, "text");
    return ImmutableIntArray.copyOf(encoder.encode(List.of(TextSpan.user(text))));
  }

  /**
   * Splits a user's text as the tokenizer itself does, with its {@link #beginning}.
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
   * Splits a template's sequence, the beginning token in front, as in training: the whole is one
   * text.
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
    // The beginning token is no special token of the file, so its spelling is just a text.
    return ImmutableIntArray.builder()
        .add(special.bosId())
        .addAll(ImmutableIntArray.copyOf(encoder.encode(spans)))
        .build();
  }

  /**
   * Splits a user's text that goes on from other text: no space is put before it.
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
   * Tells, without splitting it, how many tokens a text has at least: splitting a text that is far
   * too long takes time and memory. Where the tokenizer deletes or joins characters before it looks
   * for tokens, nothing is known; such a text must have at most 65,536 UTF-16 units, or 32 for each
   * token of the limit where that is more.
   *
   * @param text the text
   * @param limit of tokens; of a text that has more, a number over the limit is told, if any
   * @return at most what the text has; 0 for a short text, and where nothing is known
   * @throws IllegalArgumentException if nothing is known and the text is too long to try
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

  /** As {@link #decode(ImmutableIntArray, boolean)}, special tokens left out. */
  @Override
  public String decode(ImmutableIntArray ids) {
    return decode(ids, true);
  }

  /**
   * Joins tokens into text.
   *
   * @param ids ids below the model's V; those of rows that no token has are left out
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
   * Joins tokens into text as it is where other text stands beside it, special tokens left out.
   *
   * @param ids ids below the model's V; those of rows that no token has are left out
   * @param before whether text stands before it
   * @param after whether text stands after it
   * @return their text, without that beside it
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

  /** {@link #eosId} or another of the model's ends. */
  @Override
  public boolean isEnd(int id) {
    return id == special.eosId() || ends.contains(id);
  }

  /** {@return what ends an answer, as a template spells it} */
  public TextSpan end() {
    return TextSpan.template(json.token(special.eosId()));
  }

  /** Fills up; {@code [PAD]} or the end's where the files name none. */
  @Override
  public int padId() {
    return special.padId();
  }

  /** A SHA-256, in hexadecimal, of which token has which id. */
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
