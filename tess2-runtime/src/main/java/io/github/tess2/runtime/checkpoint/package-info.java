/**
 * Model folders in the Hugging Face layout: {@code config.json}, the tensors in safetensors files,
 * and the tokenizer. Everything is checked before anything is computed, and every error names the
 * file, the part of it, the rule and the value.
 */
@NullMarked
package io.github.tess2.runtime.checkpoint;

import org.jspecify.annotations.NullMarked;
