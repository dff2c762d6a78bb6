package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many tokens a text has at least, found without splitting it, in time that grows with the
 * answer and not with the text. However a tokenizer chooses its tokens, they make up the text; so
 * no choice has fewer than the shortest one, which is found here, as far as the limit.
 *
 * <p>What a tokenizer does not spell out costs nothing here: characters that no token has and that
 * may become one unknown token together, and white space that an added token may swallow.
 */
final class TokenBound {
  /** Comparisons until this gives up, for vocabularies whose tokens are very long. */
  private static final long MOST_WORK = 300_000_000L;

  /** Characters of a text that are looked at; a longer text is refused in the end. */
  private static final int MOST_READ = TextLength.MOST;

  private static final int UNREACHED = Integer.MAX_VALUE;

  private final TokenAlphabet alphabet;

  /** All tokens as they are spelled, in order, each once. */
  private final String[] tokens;

  private final int longest;
  private final boolean byteFallback;
  private final boolean swallowsSpace;
  private final boolean addsSpaceWithin;

  private TokenBound(
      TokenAlphabet alphabet,
      String[] tokens,
      boolean byteFallback,
      boolean swallowsSpace,
      boolean addsSpaceWithin) {
    this.alphabet = alphabet;
    this.tokens = tokens;
    this.longest = Arrays.stream(tokens).mapToInt(String::length).reduce(2, Math::max);
    this.byteFallback = byteFallback;
    this.swallowsSpace = swallowsSpace;
    this.addsSpaceWithin = addsSpaceWithin;
  }

  /** Prepares for a {@code tokenizer.json}; empty where nothing is sure of its texts. */
  static Optional<TokenBound> of(JsonObject tokenizer) {
    Optional<TokenAlphabet> found = TokenAlphabet.of(tokenizer);
    if (found.isEmpty() || !(tokenizer.get("model") instanceof JsonObject model)) {
      return Optional.empty();
    }
    TokenAlphabet alphabet = found.get();
    TreeSet<String> tokens = new TreeSet<>();
    if (model.get("vocab") instanceof JsonObject vocabulary) {
      tokens.addAll(vocabulary.keySet());
    } else if (model.get("vocab") instanceof JsonArray pieces) {
      pieces.forEach(piece -> tokens.add(piece.getAsJsonArray().get(0).getAsString()));
    }
    boolean byteFallback = flag(model, "byte_fallback") && bytesStandAlone(tokens);
    boolean added = false;
    boolean swallows = false;
    if (tokenizer.get("added_tokens") instanceof JsonArray all) {
      for (JsonElement element : all) {
        JsonObject token = element.getAsJsonObject();
        String spelled = alphabet.spell(token.get("content").getAsString());
        tokens.add(spelled);
        // Where it is looked for in the normalised text, it has the space that goes in front.
        tokens.add(alphabet.space() + spelled);
        added |= !flag(token, "special");
        swallows |= flag(token, "lstrip") || flag(token, "rstrip");
      }
    }
    tokens.remove("");
    return Optional.of(
        new TokenBound(
            alphabet,
            tokens.toArray(String[]::new),
            byteFallback,
            swallows,
            added || alphabet.spacesEverywhere()));
  }

  /** Whether each byte has its token, and no token is made of several of those. */
  private static boolean bytesStandAlone(Set<String> tokens) {
    long bytes = tokens.stream().filter(token -> token.matches("<0x[0-9A-F]{2}>")).count();
    return bytes == 256
        && tokens.stream().noneMatch(token -> token.contains("<0x") && token.length() > 6);
  }

  private static boolean flag(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsBoolean();
  }

  /**
   * A number of tokens that a text has for sure.
   *
   * @param text the text
   * @param limit what is enough to know: a result over it may be less than could be said
   * @return at most the text's tokens
   */
  int atLeast(String text, int limit) {
    if (text.length() <= MOST_READ) {
      return new Cover(alphabet.spell(text), limit).atLeast();
    }
    // What stands behind the beginning may share a token with it, so that only an end over the
    // limit before that is sure.
    String beginning = text.substring(0, MOST_READ);
    return new Cover(alphabet.spell(beginning), limit).beyond();
  }

  /** The shortest choices of tokens for each beginning of one text. */
  private final class Cover {
    private final String text;
    private final int limit;

    /** Fewest tokens by end, in a ring. */
    private final int[] fewest = new int[longest + 5];

    private long work;

    Cover(String text, int limit) {
      this.text = text;
      this.limit = limit;
      Arrays.fill(fewest, UNREACHED);
    }

    /** How few tokens the text may have. */
    int atLeast() {
      return walk(true);
    }

    /** The same, 0 where the text's end is reached with no more tokens than the limit. */
    int beyond() {
      return walk(false);
    }

    private int walk(boolean endCounts) {
      fewest[0] = 0;
      // Ends in a row that only more tokens than the limit lead to: no token reaches across so
      // many.
      int run = 0;
      int least = UNREACHED;
      for (int i = 0; i < text.length(); i++) {
        int here = fewest[i % fewest.length];
        fewest[i % fewest.length] = UNREACHED;
        run = here > limit ? run + 1 : 0;
        least = run > 1 ? Math.min(least, here) : here;
        if (run >= longest) {
          return least;
        }
        if (here != UNREACHED) {
          extend(i, here);
        }
        if (work > MOST_WORK) {
          return 0;
        }
      }
      return endCounts ? fewest[text.length() % fewest.length] : 0;
    }

    private void extend(int from, int count) {
      match(from, from, 0, tokens.length, 0, count);
      if (from == 0 || addsSpaceWithin) {
        int low = bound(0, tokens.length, 0, alphabet.space());
        int high = bound(low, tokens.length, 0, (char) (alphabet.space() + 1));
        match(from, from, low, high, 1, count);
      }
      int point = text.codePointAt(from);
      int end = from + Character.charCount(point);
      if (alphabet.bytes()) {
        // A byte without a token may be left out, or be unknown together with others.
        reach(end, isToken(from, end) ? count + 1 : count);
      } else if (!isToken(from, end)) {
        reach(end, byteFallback ? count + utf8Length(point) : count);
      }
      if (swallowsSpace && alphabet.maybeSpace(point)) {
        reach(end, count);
      }
    }

    /** Takes every token of a range, all alike up to a depth, that the text goes on with. */
    private void match(int from, int at, int first, int behind, int depth, int count) {
      int low = first;
      int high = behind;
      int end = at;
      int matched = depth;
      while (low < high) {
        if (tokens[low].length() == matched) {
          if (end > from) {
            reach(end, count + 1);
          }
          low++;
        }
        if (end == text.length() || low == high) {
          return;
        }
        char next = text.charAt(end);
        int begin = bound(low, high, matched, next);
        high = next == Character.MAX_VALUE ? high : bound(begin, high, matched, (char) (next + 1));
        low = begin;
        matched++;
        end++;
      }
    }

    private void reach(int end, int count) {
      int slot = end % fewest.length;
      fewest[slot] = Math.min(fewest[slot], count);
    }

    private boolean isToken(int from, int end) {
      return Arrays.binarySearch(tokens, text.substring(from, end)) >= 0;
    }

    /** The first token of a range whose character at a depth is a given one or behind it. */
    private int bound(int first, int behind, int depth, char wanted) {
      int low = first;
      int high = behind;
      while (low < high) {
        work++;
        int middle = (low + high) >>> 1;
        if (tokens[middle].charAt(depth) < wanted) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  private static int utf8Length(int point) {
    return Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
  }
}
