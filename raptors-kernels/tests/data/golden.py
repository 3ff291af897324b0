"""Golden values, as the bits of float64: `python golden.py 160 > math.txt` (needs mpmath; 400 bits inside)."""
import random, struct, sys
from mpmath import mp, mpf
import mpmath as m
mp.prec = 400
BIG = 1.7976931348623157e308
def uniform(a, b): return lambda: random.uniform(a, b)
def decades(a, b, signed=True):
    return lambda: random.choice((-1, 1) if signed else (1,)) * 10 ** random.uniform(a, b)
def near(c, e=-16): return lambda: c * (1 + random.choice((-1, 1)) * 10 ** random.uniform(e, -1))
def multiple(limit): return lambda: float(random.randint(-limit, limit) * m.pi / 4)
wide = decades(-320, 308.2)
one = [uniform(-1, 1), decades(-20, 0), near(1), near(-1), near(.5)]
def softplus(x): return m.log1p(m.exp(x))
H = lambda x: (1 + m.erf(x / m.sqrt(2))) / 2 if x > 0 else m.erfc(-x / m.sqrt(2)) / 2
FUNCTIONS = {
 'exp': (m.exp, [uniform(-745.2, 709.9), uniform(-2, 2), decades(-20, 0), uniform(-745.2, -708)]),
 'exp2': (lambda x: mpf(2) ** x, [uniform(-1075, 1024), uniform(-2, 2), decades(-20, 0)]),
 'expm1': (m.expm1, [uniform(-40, 709.9), uniform(-2, 2), decades(-320, 0)]),
 'log': (m.log, [decades(-323, 308, False), uniform(.5, 2), near(1)]),
 'log2': (lambda x: m.log(x, 2), [decades(-323, 308, False), uniform(.5, 2), near(1)]),
 'log10': (m.log10, [decades(-323, 308, False), uniform(.5, 2), near(1)]),
 'log1p': (m.log1p, [decades(-323, 308, False), uniform(-1, 3), decades(-20, 0), near(-1), near(-.2929), near(.4142)]),
 'sin': (m.sin, [uniform(-8, 8), wide, uniform(-1e6, 1e6), multiple(1000), multiple(2000000), multiple(10**15), decades(-20,8)]),
 'cos': (m.cos, [uniform(-8, 8), wide, uniform(-1e6, 1e6), multiple(1000), multiple(2000000), multiple(10**15), decades(-20,8)]),
 'tan': (m.tan, [uniform(-8, 8), wide, uniform(-1e6, 1e6), multiple(1000), multiple(2000000), multiple(10**15), decades(-20,8)]),
 'arcsin': (m.asin, one), 'arccos': (m.acos, one), 'arctanh': (m.atanh, one),
 'arctan': (m.atan, [uniform(-3, 3), decades(-20, 20), near(1), near(.4142), near(2.4142), wide]),
 'sinh': (m.sinh, [uniform(-711, 711), uniform(-2, 2), decades(-320, 0), uniform(-30,30)]),
 'cosh': (m.cosh, [uniform(-711, 711), uniform(-2, 2), decades(-320, 0), uniform(-30,30)]),
 'tanh': (m.tanh, [uniform(-25, 25), uniform(-2, 2), decades(-320, 0)]),
 'arcsinh': (m.asinh, [uniform(-3, 3), decades(-20, 20), near(1), wide]),
 'arccosh': (m.acosh, [uniform(1, 3), lambda: 1 + 10 ** random.uniform(-15.5, 0), decades(0, 308, False)]),
 'cbrt': (lambda x: m.sign(x) * m.cbrt(abs(x)), [uniform(-8, 8), wide, decades(-5, 5)]),
 'erf': (m.erf, [uniform(-6, 6), uniform(-1, 1), decades(-320, 0), near(1)]),
 'sigmoid': (lambda x: 1 / (1 + m.exp(-x)), [uniform(-745, 745), uniform(-10, 10), decades(-20, 0)]),
 'silu': (lambda x: x / (1 + m.exp(-x)), [uniform(-700, 745), uniform(-10, 10), decades(-20, 0)]),
 'gelu': (lambda x: x / (1 + m.exp(-2 * m.sqrt(2 / m.pi) * (x + mpf('0.044715') * x ** 3))), [uniform(-20, 20), uniform(-4, 4), decades(-20, 0)]),
 'gelu_exact': (lambda x: x * H(x), [uniform(-37, 38), uniform(-6, 6), uniform(-13, 0), decades(-20, 0)]),
 'softplus': (softplus, [uniform(-745, 745), uniform(-10, 10), decades(-20, 0)]),
 'log_sigmoid': (lambda x: -softplus(-x), [uniform(-745, 745), uniform(-10, 10), decades(-20, 0)]),
 'mish': (lambda x: x * m.tanh(softplus(x)), [uniform(-700, 700), uniform(-10, 10), decades(-20, 0)]),
}
def fpow(): 
    x = 10 ** random.uniform(-5, 5); return x, random.uniform(-1, 1) * min(300, 707 / abs(float(m.log(x)) or 1))
def fpow1():
    x = 10 ** random.uniform(-323, 308); return x, random.uniform(-745, 710) / float(m.log(x))
def fpow2():
    x = 1 + random.choice((-1, 1)) * 10 ** random.uniform(-15, -1); return x, random.uniform(-745, 710) / float(m.log(x))
def fpow3(): return -10 ** random.uniform(-3, 3), float(random.randint(-100, 100))
def pair(f, g): return lambda: (f(), g())
P10 = decades(-3, 3)
BINARY = {
 'power': (lambda x, y: (mpf(x) ** mpf(y)).real if x > 0 else (abs(mpf(x)) ** int(y)) * (-1) ** int(y), [fpow, fpow1, fpow2, fpow3]),
 'arctan2': (m.atan2, [pair(uniform(-3, 3), uniform(-3, 3)), pair(decades(-5, 5), decades(-5, 5)), pair(decades(-300, 300), decades(-300, 300))]),
 'logaddexp': (lambda x, y: max(x, y) + m.log1p(m.exp(-abs(mpf(x) - y))), [pair(uniform(0, 50), uniform(0, 50)), pair(uniform(0, 2), uniform(0, 2))]),
 'logaddexp2': (lambda x, y: max(x, y) + m.log1p(mpf(2) ** -abs(mpf(x) - y)) / m.log(2), [pair(uniform(0, 50), uniform(0, 50)), pair(uniform(0, 2), uniform(0, 2))]),
}
def corner(scale): return lambda: mpc(random.gauss(0, scale), random.gauss(0, scale))
mpc = lambda a, b: m.mpc(a, b)
C = [corner(1), corner(.01), corner(10), lambda: mpc(1 + random.gauss(0, .01), random.gauss(0, .01))]
COMPLEX = {
 'exp': m.exp, 'exp2': lambda z: m.exp(z * m.log(2)), 'expm1': m.expm1, 'log': m.log, 'log2': lambda z: m.log(z) / m.log(2),
 'log10': lambda z: m.log(z) / m.log(10), 'log1p': lambda z: m.log(1 + z), 'sin': m.sin, 'cos': m.cos, 'tan': m.tan,
 'sinh': m.sinh, 'cosh': m.cosh, 'tanh': m.tanh, 'arcsin': m.asin, 'arccos': m.acos, 'arctan': m.atan,
 'arcsinh': m.asinh, 'arccosh': m.acosh, 'arctanh': m.atanh, 'power': lambda z, w: m.exp(w * m.log(z)),
}
def bits(x): return '%016x' % struct.unpack('<Q', struct.pack('<d', x))[0]
def rounded(v):
    try: return float(v) if abs(v) < mpf(2)**1024 - mpf(2)**970 else float(m.sign(v)) * float('inf')
    except OverflowError: return float('inf')
def to_f64(v):
    # mpmath's float() mishandles subnormal rounding; scale exactly instead
    v = mpf(v)
    if abs(v) < mpf(2) ** -1022:
        return float(int(m.nint(v * mpf(2) ** 1074)) ) * 5e-324
    return rounded(v)
def main(points, names):
    for name in names:
        random.seed(name)
        if name.startswith('complex:'):
            print(name)
            for i in range(points // 4):
                args = [C[i % len(C)]() for _ in range(2 if name.endswith('power') else 1)]
                args = [m.mpc(float(a.real), float(a.imag)) for a in args]
                y = COMPLEX[name[8:]](*args)
                print(' '.join(bits(to_f64(part)) for z in (*args, y) for part in (z.real, z.imag)))
            continue
        f, sources = FUNCTIONS.get(name) or BINARY[name]
        print(name)
        for i in range(points):
            args = sources[i % len(sources)]()
            args = args if isinstance(args, tuple) else (args,)
            if name in ('erf', 'gelu_exact') and i % 2:  # these serve float32 too
                args = (struct.unpack('<f', struct.pack('<f', args[0]))[0],)
            if name in ('log1p',) and args[0] <= -1 or name in ('arcsin', 'arccos', 'arctanh') and abs(args[0]) > 1 - (name == 'arctanh') * 1e-17: continue
            if name == 'arctanh' and abs(args[0]) == 1 or name.startswith('log') and name != 'log1p' and not name.startswith(('loga','log_')) and args[0] <= 0: continue
            y = to_f64(f(*map(mpf, args)))
            print(' '.join(bits(a) for a in args + (y,)))
if __name__ == '__main__':
    main(int(sys.argv[1]), sys.argv[2].split(',') if len(sys.argv) > 2 else [*FUNCTIONS, *BINARY, *('complex:' + name for name in COMPLEX)])
