package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationResult;
import io.github.tess2.runtime.Checkpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests models whose answers may end with one of several tokens, as Llama 3's do. */
class SeveralEndsTest {
  @Test
  void generate_anotherEndThanTheFirst_endsTheAnswer(@TempDir Path folder) throws Exception {
    GenerationResult whole;
    try (OpenModel model = new OpenModel("mistral")) {
      whole = model.lm.generate(request(1).build());
    }
    int at = 3;
    int end = whole.tokenIds().get(at);
    ImmutableIntArray before = whole.tokenIds().subArray(0, whole.tokenIds().indexOf(end));

    try (OpenModel model = new OpenModel(Checkpoints.withEnds(folder, 2, end))) {
      List<String> shown = new ArrayList<>();
      GenerationResult cut =
          model.lm.generate(
              request(1).build(),
              step -> {
                shown.add(step.text());
                return Signal.CONTINUE;
              });

      assertThat(cut.tokenIds()).isEqualTo(before);
      assertThat(cut.text()).isEqualTo(model.lm.tokenizer().decode(before));
      assertThat(cut.finishReason()).isEqualTo(FinishReason.END_OF_SEQUENCE);
      assertThat(shown.get(shown.size() - 1)).isEqualTo(cut.text());
    }
  }
}
