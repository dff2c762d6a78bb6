/**
 * A plugin as a third party writes it: a reward, a noise schedule and a sampler, in a package and a
 * jar of their own, compiled against the API only.
 */
@NullMarked
package com.example.tess2plugin;

import org.jspecify.annotations.NullMarked;
