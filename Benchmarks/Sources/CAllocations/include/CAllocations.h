#pragma once

/// How many times this thread has called malloc, calloc, realloc or an aligned form of them.
long callocations_of_thread(void);
