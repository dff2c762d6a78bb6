import io.github.tess2.guidance.AnswerLength;
import io.github.tess2.guidance.BannedWords;
import io.github.tess2.guidance.BestOf;
import io.github.tess2.guidance.ClassifierFree;
import io.github.tess2.guidance.PatternAt;
import io.github.tess2.guidance.RewardFunctionGuidanceProvider;
import io.github.tess2.guidance.RewardModelGuidanceProvider;
import io.github.tess2.guidance.RewardModelProvider;
import io.github.tess2.guidance.SimilarTo;
import io.github.tess2.guidance.WantedWords;
import io.github.tess2.guidance.WeightedSum;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.RewardProvider;

/** Guidance that ships with the library, found by name or used directly. */
// The digit is part of the product's name.
@SuppressWarnings("module")
module io.github.tess2.guidance {
  // For the annotations on exported classes: useful when compiling against them, never required.
  requires static transitive com.google.auto.service;
  requires transitive io.github.tess2;

  exports io.github.tess2.guidance;

  provides GuidanceProvider with
      RewardModelGuidanceProvider,
      RewardFunctionGuidanceProvider,
      ClassifierFree.Provider,
      WeightedSum.Provider,
      BestOf.Provider;
  provides RewardProvider with
      RewardModelProvider,
      WantedWords.Provider,
      BannedWords.Provider,
      AnswerLength.Provider,
      SimilarTo.Provider,
      PatternAt.Provider;
}
