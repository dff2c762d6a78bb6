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
 * A lower bound of the number of tokens in a text, computed without splitting it, in time that
 * grows with the bound and not with the text. However a tokenizer splits a text, its tokens add up
 * to that text. So no split has fewer tokens than the shortest one, which is found here, up to the
 * limit.
 *
 * <p>Text that a tokenizer may drop counts as nothing: characters that no token contains and that
 * may together become one unknown token, and white space that an added token may include.
 */
final class TokenBound {
  /**
   * The number of comparisons after which this gives up, for vocabularies with very long tokens.
   */
  private static final long MOST_WORK = 300_000_000L;

  /** The number of characters that are examined; a longer text is refused later anyway. */
  private static final int MOST_READ = TextLength.MOST;

  private static final int UNREACHED = Integer.MAX_VALUE;

  private final TokenAlphabet alphabet;

  /** The spellings of all tokens, sorted, each once. */
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

  /** Prepares the bound for a {@code tokenizer.json}; empty if its texts have no bound. */
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
        // If it is looked for in the normalized text, it includes the space in front.
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

  /** Whether each byte has its own token, and no token consists of several of those. */
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
   * Computes a lower bound of the number of tokens.
   *
   * @param text the text
   * @param limit the greatest number that matters: a result over it may be lower than the best
   *     bound
   * @return at most the number of tokens in the text
   */
  int atLeast(String text, int limit) {
    if (text.length() <= MOST_READ) {
      return new Cover(alphabet.spell(text), limit).atLeast();
    }
    // The text after the beginning may share a token with it, so only a count over the limit
    // before that is certain.
    String beginning = text.substring(0, MOST_READ);
    return new Cover(alphabet.spell(beginning), limit).beyond();
  }

  /** The shortest splits of all prefixes of one text. */
  private final class Cover {
    private final String text;
    private final int limit;

    /** The fewest tokens for each end of a prefix, in a ring buffer. */
    private final int[] fewest = new int[longest + 5];

    private long work;

    Cover(String text, int limit) {
      this.text = text;
      this.limit = limit;
      Arrays.fill(fewest, UNREACHED);
    }

    /** The fewest tokens that the text may have. */
    int atLeast() {
      return walk(true);
    }

    /** The same, but 0 if the text's end is reached with no more tokens than the limit. */
    int beyond() {
      return walk(false);
    }

    private int walk(boolean endCounts) {
      fewest[0] = 0;
      // The number of consecutive ends that need more tokens than the limit. No token reaches
      // across a run that is long enough.
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
        // A byte without a token may be dropped, or become one unknown token with others.
        reach(end, isToken(from, end) ? count + 1 : count);
      } else if (!isToken(from, end)) {
        reach(end, byteFallback ? count + utf8Length(point) : count);
      }
      if (swallowsSpace && alphabet.maybeSpace(point)) {
        reach(end, count);
      }
    }

    /** Takes every token in a range, all equal up to a depth, that the text continues with. */
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

    /** The first token in a range whose character at a depth is not below a given one. */
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
