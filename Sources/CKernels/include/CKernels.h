#ifndef SILHOUETTE_CKERNELS_H
#define SILHOUETTE_CKERNELS_H

#include "allocator.h"
#include "attention.h"
#include "processor.h"
#include "resampling.h"
#include "rows.h"
#include "spectral.h"
#include "weights.h"

#endif
