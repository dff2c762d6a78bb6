import io.github.tess2.runtime.PyTorchRuntime;
import io.github.tess2.runtime.cache.NoCache;
import io.github.tess2.runtime.cache.RefreshCache;
import io.github.tess2.runtime.canvas.BlocksCanvas;
import io.github.tess2.runtime.canvas.TrimCanvas;
import io.github.tess2.runtime.canvas.WholeCanvas;
import io.github.tess2.runtime.checkpoint.DreamFamily;
import io.github.tess2.runtime.checkpoint.LladaFamily;
import io.github.tess2.runtime.checkpoint.LlamaFamily;
import io.github.tess2.runtime.checkpoint.MistralFamily;
import io.github.tess2.runtime.checkpoint.ModelFamily;
import io.github.tess2.runtime.grid.CosineGrid;
import io.github.tess2.runtime.grid.InformationGrid;
import io.github.tess2.runtime.grid.LearnedGrid;
import io.github.tess2.runtime.grid.UniformGrid;
import io.github.tess2.runtime.sampler.EntropyBoundSampler;
import io.github.tess2.runtime.sampler.EntropySampler;
import io.github.tess2.runtime.sampler.LowConfidenceSampler;
import io.github.tess2.runtime.sampler.MaskgitPlusSampler;
import io.github.tess2.runtime.sampler.OriginSampler;
import io.github.tess2.runtime.sampler.RandomRemaskingSampler;
import io.github.tess2.runtime.sampler.SimplexDdimSampler;
import io.github.tess2.runtime.sampler.SimplexDdpmSampler;
import io.github.tess2.runtime.sampler.ThresholdSampler;
import io.github.tess2.runtime.sampler.TopkMarginSampler;
import io.github.tess2.runtime.schedule.LinearSchedule;
import io.github.tess2.runtime.schedule.ScaledLinearSchedule;
import io.github.tess2.runtime.schedule.SigmoidSchedule;
import io.github.tess2.runtime.schedule.SquaredCosCapSchedule;
import io.github.tess2.runtime.schedule.SquaredCosImprovedDdpmSchedule;
import io.github.tess2.runtime.stop.BudgetCriterion;
import io.github.tess2.runtime.stop.NoCriterion;
import io.github.tess2.runtime.stop.SettledCriterion;
import io.github.tess2.runtime.training.PyTorchTraining;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterionProvider;
import io.github.tess2.spi.TrainingRuntime;

/**
 * Implements the extension points on PyTorch. Exports nothing: it is found through the services
 * that it provides, the same list that its {@code @AutoService} annotations create for the class
 * path.
 */
// The digit is part of the product's name.
@SuppressWarnings("module")
module io.github.tess2.runtime {
  requires ai.djl.pytorch_engine;
  requires ai.djl.tokenizers;
  requires static com.google.auto.service;
  // Jinjava does not declare the modules that it needs, so they would be missing on a module path.
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.fasterxml.jackson.datatype.jdk8;
  requires com.google.common.jimfs;
  requires com.google.gson;
  requires com.google.protobuf;
  requires com.sun.jna;
  requires io.github.tess2;
  requires java.management;
  requires jinjava;
  requires jdk.unsupported;
  requires org.slf4j;

  uses ModelFamily;

  provides CanvasPolicyProvider with
      BlocksCanvas,
      TrimCanvas,
      WholeCanvas;
  provides DiffusionRuntime with
      PyTorchRuntime;
  provides ModelFamily with
      DreamFamily,
      LladaFamily,
      LlamaFamily,
      MistralFamily;
  provides NoiseSchedule with
      LinearSchedule,
      ScaledLinearSchedule,
      SigmoidSchedule,
      SquaredCosCapSchedule,
      SquaredCosImprovedDdpmSchedule;
  provides PromptCacheProvider with
      NoCache,
      RefreshCache;
  provides Sampler with
      EntropyBoundSampler,
      EntropySampler,
      LowConfidenceSampler,
      MaskgitPlusSampler,
      OriginSampler,
      RandomRemaskingSampler,
      ThresholdSampler,
      TopkMarginSampler,
      SimplexDdpmSampler,
      SimplexDdimSampler;
  provides StepGridProvider with
      CosineGrid,
      InformationGrid,
      LearnedGrid,
      UniformGrid;
  provides StoppingCriterionProvider with
      BudgetCriterion,
      NoCriterion,
      SettledCriterion;
  provides TrainingRuntime with
      PyTorchTraining;
}
