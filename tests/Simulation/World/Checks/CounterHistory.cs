namespace Orrery.Simulation;

/// <summary>
/// What callers did to one counter, and what they were told. A counter only rises, by one, and tells its value, so linearizability comes down to three
/// rules that cost a sort:
/// <para>1. Each acknowledged increment has a value of its own.</para>
/// <para>2. Who began after another had ended sees no less; an increment sees more.</para>
/// <para>
/// 3. A value was made by that many increments: acknowledged ones with this value or a lower one, and for the rest others of unknown outcome that had begun by
/// the time the value was told. (An increment of unknown outcome may take effect at any time after it began, or never.)
/// </para>
/// </summary>
internal sealed class CounterHistory(string key)
{
    private readonly List<Operation> _operations = [];

    public string Key => key;

    public int Count => _operations.Count;

    public int Acknowledged { get; private set; }

    /// <summary>An operation begins. Answers its number.</summary>
    public int Begin(bool isIncrement, long now)
    {
        _operations.Add(new Operation(isIncrement, now, long.MaxValue, -1));
        return _operations.Count - 1;
    }

    /// <summary>The caller was told this value.</summary>
    public void End(int operation, long now, long value)
    {
        _operations[operation] = _operations[operation] with { Ended = now, Value = value };
        Acknowledged++;
    }

    /// <summary>What is wrong with the history; null where it can be put into an order.</summary>
    public string? Check()
    {
        var told = _operations.Where(operation => operation.Value >= 0).OrderBy(operation => operation.Value).ThenByDescending(operation => operation.IsIncrement).ThenBy(operation => operation.Began).ToList();
        var unknown = _operations.Where(operation => operation.Value < 0 && operation.IsIncrement).Select(operation => operation.Began).Order().ToList();
        return CheckDistinct(told) ?? CheckOrder(told) ?? CheckMade(told, unknown);
    }

    private string? CheckDistinct(List<Operation> told)
    {
        for (int index = 1; index < told.Count; index++)
        {
            if (told[index].IsIncrement && told[index - 1].IsIncrement && told[index].Value == told[index - 1].Value)
                return $"{key}: two increments were both told {told[index].Value}: {told[index - 1]} and {told[index]}.";
        }

        return null;
    }

    /// <summary>In the order of values, nobody may have ended before one that comes earlier began.</summary>
    private string? CheckOrder(List<Operation> told)
    {
        var latest = default(Operation);
        foreach (var operation in told)
        {
            if (latest.Began > operation.Ended) return $"{key}: {latest} began after {operation} had ended, and saw less.";
            if (operation.Began > latest.Began) latest = operation;
        }

        return null;
    }

    private string? CheckMade(List<Operation> told, List<long> unknown)
    {
        // From the highest value down: the earliest moment at which a value at least so high was told.
        long firstTold = long.MaxValue;
        int acknowledged = told.Count(operation => operation.IsIncrement);
        int begun = unknown.Count;
        for (int index = told.Count - 1; index >= 0; index--)
        {
            var operation = told[index];
            firstTold = Math.Min(firstTold, operation.Ended);
            long others = operation.Value - acknowledged;
            while (begun > 0 && unknown[begun - 1] > firstTold) begun--;
            if (others > begun)
                return $"{key}: {operation} was told {operation.Value}, and only {acknowledged} acknowledged increments and {begun} others can have made it.";
            if (operation.IsIncrement) acknowledged--;
        }

        return null;
    }

    private readonly record struct Operation(bool IsIncrement, long Began, long Ended, long Value)
    {
        public override string ToString() =>
            $"{(IsIncrement ? "increment" : "read")} = {Value} [{new TimeSpan(Began).TotalSeconds:F6} s, {(Ended == long.MaxValue ? "never" : $"{new TimeSpan(Ended).TotalSeconds:F6} s")}]";
    }
}
