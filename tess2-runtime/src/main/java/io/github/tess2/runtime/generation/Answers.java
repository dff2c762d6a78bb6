package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Confidence;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationResult;
import io.github.tess2.Timings;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.time.Duration;

/** Creates texts and results from the predicted canvas. */
final class Answers {
  private final CheckpointTokenizer tokenizer;

  Answers(CheckpointTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The prediction as text, cut at the first end of sequence; for an infill, the whole text. */
  String text(RequestState request) {
    ImmutableIntArray ids = request.tokenIds();
    if (!request.layout.infill()) {
      ImmutableIntArray answer = ids.subArray(0, end(request, ids));
      return tokenizer.decode(answer, request.layout.continues(), false);
    }
    return filled(request.layout, ids);
  }

  /** Adjacent blanks are decoded as one, because a character may extend over both. */
  private String filled(Layout layout, ImmutableIntArray ids) {
    StringBuilder text = new StringBuilder(layout.pieces().get(0));
    int from = 0;
    int to = 0;
    for (int i = 0; i < layout.blankWidths().length(); i++) {
      to += layout.blankWidths().get(i);
      String next = layout.pieces().get(i + 1);
      if (!next.isEmpty() || to == ids.length()) {
        text.append(tokenizer.decode(ids.subArray(from, to), !text.isEmpty(), !next.isEmpty()));
        text.append(next);
        from = to;
      }
    }
    return text.toString();
  }

  private ImmutableList<String> blanks(Layout layout, ImmutableIntArray ids) {
    ImmutableList.Builder<String> blanks = ImmutableList.builder();
    int from = 0;
    for (int i = 0; i < layout.blankWidths().length(); i++) {
      int to = from + layout.blankWidths().get(i);
      boolean before = from > 0 || !layout.pieces().get(0).isEmpty();
      boolean after = to < ids.length() || !layout.pieces().get(i + 1).isEmpty();
      blanks.add(tokenizer.decode(ids.subArray(from, to), before, after));
      from = to;
    }
    return blanks.build();
  }

  private int end(RequestState request, ImmutableIntArray ids) {
    return request.layout.infill() ? ids.length() : tokenizer.answerLength(ids);
  }

  /** The result of a request whose candidates have all ended without failure. */
  GenerationResult result(Candidates candidates) {
    RequestState request = candidates.kept();
    ImmutableIntArray ids = request.tokenIds();
    // A request that was cancelled before its first step has predicted nothing.
    int end = request.stepsRun() == 0 ? 0 : end(request, ids);
    FinishReason reason =
        request.cancelled
            ? FinishReason.CANCELLED
            : request.stopped
                ? FinishReason.STOPPING_CRITERION
                : end < ids.length() ? FinishReason.END_OF_SEQUENCE : FinishReason.LENGTH;
    long now = System.nanoTime();
    long first = request.stepsRun() == 0 ? now : request.firstStepNanos;
    return GenerationResult.builder(
            request.stepsRun() == 0 ? "" : text(request),
            ids.subArray(0, end),
            new Confidence(ImmutableDoubleArray.copyOf(request.probability).subArray(0, end)),
            reason)
        .blanks(request.layout.infill() ? blanks(request.layout, ids) : ImmutableList.of())
        .steps(request.stepsRun())
        .seed(candidates.seed())
        .reward(candidates.reward())
        .timings(
            Timings.builder()
                .waiting(Duration.ofNanos(first - request.startedNanos))
                .denoising(Duration.ofNanos(request.denoisingNanos))
                .total(Duration.ofNanos(now - request.startedNanos))
                .build())
        .build();
  }
}
