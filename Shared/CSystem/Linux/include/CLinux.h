#ifndef CLinux_h
#define CLinux_h
#endif
