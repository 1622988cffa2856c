#ifndef SILHOUETTE_CKERNELS_H
#define SILHOUETTE_CKERNELS_H

#include "features.h"
#include "rows.h"

#endif
