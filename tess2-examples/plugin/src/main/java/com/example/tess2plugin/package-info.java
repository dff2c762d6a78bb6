/**
 * A third party's plugins: a reward, a noise schedule and a sampler in a separate package and jar,
 * compiled against the API only.
 */
@NullMarked
package com.example.tess2plugin;

import org.jspecify.annotations.NullMarked;
