package io.github.tess2.runtime.sentencepiece;

import io.github.tess2.runtime.sentencepiece.SentencePieceModel.Piece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits a normalized text in the likeliest way, with SentencePiece's arithmetic. Scores are added
 * in single precision, so that among equally likely splits, such as those of a repeated character,
 * it chooses the same one as SentencePiece. The tokenizers library adds in double precision and
 * chooses others.
 */
public final class Unigram {
  private static final float UNKNOWN_PENALTY = 10;
  private static final float SYMBOL_PENALTY = 0.1f;

  private final int unknownId;
  private final float unknownScore;

  /** The pieces that can be found in text, sorted. */
  private final String[] texts;

  private final int[] ids;
  private final float[] scores;

  /** The best split up to a place: where its last piece begins, and the id of that piece. */
  private record Step(float score, int from, int id) {}

  /** Prepares a model's pieces. */
  public Unigram(SentencePieceModel model) {
    List<Piece> pieces = model.pieces();
    unknownId = model.unknownId();
    float least = Float.MAX_VALUE;
    float most = Float.MIN_NORMAL;
    for (Piece piece : pieces) {
      if (piece.type() == SentencePieceModel.Type.NORMAL) {
        least = Math.min(least, piece.score());
        most = Math.max(most, piece.score());
      }
    }
    unknownScore = least - UNKNOWN_PENALTY;
    ids =
        IntStream.range(0, pieces.size())
            .filter(id -> isInText(pieces.get(id)))
            .boxed()
            .sorted(Comparator.comparing(id -> pieces.get(id).text()))
            .mapToInt(id -> id)
            .toArray();
    texts = Arrays.stream(ids).mapToObj(id -> pieces.get(id).text()).toArray(String[]::new);
    scores = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      scores[i] = score(pieces.get(ids[i]), most);
    }
  }

  private static boolean isInText(Piece piece) {
    return piece.type() == SentencePieceModel.Type.NORMAL
        || piece.type() == SentencePieceModel.Type.USER_DEFINED;
  }

  /** The score of a user-defined symbol is so high that the symbol is always chosen. */
  private static float score(Piece piece, float most) {
    int bytes = piece.text().getBytes(StandardCharsets.UTF_8).length;
    return piece.type() == SentencePieceModel.Type.USER_DEFINED
        ? bytes * most - SYMBOL_PENALTY
        : piece.score();
  }

  /**
   * Splits a text into consecutive pieces. Each character that no piece covers becomes the unknown
   * piece.
   */
  public List<Found> split(String text) {
    @Nullable Step[] best = new Step[text.length() + 1];
    best[0] = new Step(0, 0, unknownId);
    for (int from = 0; from < text.length(); from = text.offsetByCodePoints(from, 1)) {
      Step here = best[from];
      if (here != null) {
        extend(text, from, here.score(), best);
      }
    }
    List<Found> found = new ArrayList<>();
    for (int to = text.length(); to > 0; ) {
      Step step = best[to];
      found.add(new Found(step.id(), text.substring(step.from(), to)));
      to = step.from();
    }
    Collections.reverse(found);
    return found;
  }

  /** Tries every piece that begins at a place. */
  private void extend(String text, int from, float score, @Nullable Step[] best) {
    int next = text.offsetByCodePoints(from, 1);
    boolean single = false;
    int low = 0;
    int high = texts.length;
    for (int to = from; to < text.length() && low < high; to++) {
      // Of the pieces that begin with the text so far, keep those with its next character too.
      char c = text.charAt(to);
      int depth = to - from;
      low = firstFrom(low, high, depth, c);
      high = firstFrom(low, high, depth, (char) (c + 1));
      if (low < high && texts[low].length() == depth + 1) {
        offer(best, to + 1, scores[low] + score, from, ids[low]);
        single |= to + 1 == next;
      }
    }
    if (!single) {
      offer(best, next, unknownScore + score, from, unknownId);
    }
  }

  private static void offer(@Nullable Step[] best, int to, float score, int from, int id) {
    Step step = best[to];
    if (step == null || score > step.score()) {
      best[to] = new Step(score, from, id);
    }
  }

  /**
   * The first piece in a range, all equal up to a depth, whose character there is at least this
   * one.
   */
  private int firstFrom(int low, int high, int depth, char least) {
    if (least == 0) {
      return high;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      String text = texts[middle];
      if (text.length() <= depth || text.charAt(depth) < least) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
