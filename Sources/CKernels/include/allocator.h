#ifndef SILHOUETTE_ALLOCATOR_H
#define SILHOUETTE_ALLOCATOR_H

/// Gives the pages that the allocator keeps for later, in the pools of all threads, back to the system.
void allocator_give_back(void);

#endif
