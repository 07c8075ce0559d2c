using System.Text;

namespace Irsa.Credentials.ConcurrencyTests.Scheduling;

/// <summary>
/// Runs operations one at a time and decides at every synchronisation point who goes on. The same seed gives the same run.
/// </summary>
internal sealed class Scheduler
{
    private const int MostSteps = 20_000;
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(60);

    private readonly Strategy _strategy;
    private readonly List<Operation> _live = [];
    private readonly List<Operation> _ready = [];
    private readonly List<(Operation Operation, string Point)> _trace = [];
    private readonly ManualResetEventSlim _ended = new();
    private Operation? _current;
    private int _operations;

    public Scheduler(int seed)
    {
        _strategy = new Strategy(seed);
        Current = this;
    }

    public static Scheduler Current { get; private set; } = null!;

    /// <summary>Gets or sets what happens when everybody waits; false when there is nothing left that could happen.</summary>
    public Func<bool> WhenAllWait { get; set; } = static () => false;

    public Operation Running => _current!;

    public string? Failure { get; private set; }

    public int Steps => _trace.Count;

    public string Trace
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (operation, point) in _trace.TakeLast(400))
            {
                text.AppendLine($"  {operation} {point}");
            }

            return text.ToString();
        }
    }

    /// <summary>Runs the first operation and all that it leads to.</summary>
    public void Run(Action body)
    {
        Spawn("first", body);
        Next(null);
        if (!_ended.Wait(Stuck))
        {
            Failure = $"{_current} blocks outside of the scheduler's reach after '{_current?.At}'";
        }
    }

    public Operation Spawn(string name, Action body)
    {
        var operation = new Operation(++_operations, name, body);
        _strategy.Welcome(operation);
        _live.Add(operation);
        Workers.Run(() => Live(operation));
        return operation;
    }

    public void Note(string what) => _trace.Add((Running, what));

    /// <summary>A place where another thread could come in between.</summary>
    public void Point(string label)
    {
        var self = Running;
        self.At = label;
        _trace.Add((self, label));
        if (_trace.Count > MostSteps)
        {
            Fail("runs for ever");
        }

        Next(self);
    }

    public void WaitFor(Func<bool> ready, string label)
    {
        Running.WaitsFor = ready;
        Point(label);
    }

    /// <summary>Ends the schedule here; the thread that found it never returns, so that nothing else runs over the evidence.</summary>
    public void Fail(string violation)
    {
        Failure ??= $"{violation} (in {_current} at '{_current?.At}')";
        _ended.Set();
        new SemaphoreSlim(0).Wait();
    }

    private void Live(Operation operation)
    {
        operation.Go.Wait();
        try
        {
            operation.Body();
        }
        catch (Exception exception)
        {
            Fail($"{operation} threw {exception}");
        }

        if (operation.LocksHeld != 0)
        {
            Fail($"{operation} ended with a lock held");
        }

        _live.Remove(operation);
        Next(null);
    }

    /// <summary>Hands over to the chosen one; <paramref name="self"/> waits until it is chosen again.</summary>
    private void Next(Operation? self)
    {
        while (true)
        {
            _ready.Clear();
            foreach (var operation in _live)
            {
                if (operation.IsReady)
                {
                    _ready.Add(operation);
                }
            }

            if (_ready.Count > 0)
            {
                break;
            }

            if (_live.Count == 0)
            {
                _ended.Set();
                return;
            }

            if (!WhenAllWait())
            {
                Fail("waits for ever: " + string.Join(", ", _live.Select(static operation => $"{operation} at '{operation.At}'")));
            }
        }

        var next = _strategy.Choose(_ready, self);
        next.WaitsFor = null;
        if (next == self)
        {
            return;
        }

        _current = next;
        next.Go.Release();
        self?.Go.Wait();
    }
}
