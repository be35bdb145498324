#ifndef CZlib_h
#define CZlib_h
#endif
