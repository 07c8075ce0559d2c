namespace Irsa.Credentials.ConcurrencyTests.Scheduling;

/// <summary>Chooses who goes on: uniformly; rarely anybody else; or by priorities that drop at a few random steps (PCT).</summary>
internal sealed class Strategy
{
    private const int ExpectedSteps = 250;
    private readonly Random _random;
    private readonly Kind _kind;
    private readonly HashSet<int> _drops = [];
    private int _step;
    private int _lowest;

    public Strategy(int seed)
    {
        _random = new Random(seed);
        _kind = (Kind)(((seed % 3) + 3) % 3);
        for (var drops = _random.Next(1, 6); drops > 0; drops--)
        {
            _drops.Add(_random.Next(ExpectedSteps));
        }
    }

    private enum Kind
    {
        Uniform,
        Sticky,
        Priorities,
    }

    public void Welcome(Operation operation) => operation.Priority = _random.Next(1, int.MaxValue);

    public Operation Choose(List<Operation> ready, Operation? current)
    {
        _step++;
        switch (_kind)
        {
            case Kind.Sticky when current is not null && ready.Contains(current) && _random.Next(8) > 0:
                return current;
            case Kind.Priorities:
                if (current is not null && _drops.Contains(_step))
                {
                    current.Priority = --_lowest;
                }

                return ready.MaxBy(static operation => operation.Priority)!;
            default:
                return ready[_random.Next(ready.Count)];
        }
    }
}
