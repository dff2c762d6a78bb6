package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationResult;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.engine.ChildJvm;
import io.github.tess2.spi.RewardModel;
import org.junit.jupiter.api.Test;

class ShippedModelTest {
  @Test
  void build_withoutModel_answersWithTheOneInside() {
    try (DiffusionLM lm =
        DiffusionLM.builder().device(ComputeDevice.CPU).steps(4).seed(1).build()) {
      GenerationResult result = lm.generate("What is 17 + 25?");
      assertThat(lm.info().vocabularySize()).isEqualTo(lm.tokenizer().size());
      assertThat(result.steps()).isEqualTo(4);
      assertThat(result.text()).isNotBlank();
    }
  }

  @Test
  void build_noFolderToWriteIn_answersAllTheSame() throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-Djava.io.tmpdir=/nonexistent")
            .option("-Dai.djl.pytorch.num_threads=1")
            .run(ShippedModelProbe.class);

    assertThat(outcome.output()).contains("ANSWER 347 + 085 (011) = 432");
  }

  @Test
  void openRewardModel_withoutFolder_fitsTheModelInside() {
    try (RewardModel reward = RewardModel.open();
        DiffusionLM lm =
            DiffusionLM.builder()
                .steps(2)
                .guidance(RewardGuidance.builder("shipped", reward).build())
                .build()) {
      assertThat(lm.generate("What is 17 + 25?").reward()).isPresent();
    }
  }
}
