using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>What reminders really did, beside what their rows say of it.</summary>
internal sealed class Bells(World world)
{
    private readonly Dictionary<string, SortedSet<long>> _rung = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, long Due)> _counted = [];
    private readonly SortedSet<string> _hung = new(StringComparer.Ordinal);

    public int Rings { get; private set; }

    public int Repeats { get; private set; }

    /// <summary>A caller was told that the reminder is registered.</summary>
    public void OnHung(string key) => _hung.Add(key);

    /// <summary>A fire was run to its end by the grain, and what it did is stored.</summary>
    public void OnRang(string key, DateTime due, bool isRepeat)
    {
        Rings++;
        if (world.IsTracing) world.Trace($"bell {key} rings, due {due:HH:mm:ss.fff}{(isRepeat ? ", again" : "")}");
        if (isRepeat) Repeats++;
        if (!_rung.TryGetValue(key, out var dues)) _rung.Add(key, dues = []);
        dues.Add(due.Ticks);
        if (!isRepeat && !_counted.Add((key, due.Ticks))) world.Violate($"Bell {key} counted the fire due at {due:O} twice.");
    }

    /// <summary>Every fire that was due is in the row's sums, and every fire that the row says ran has run.</summary>
    public void CheckRows()
    {
        foreach (string key in _hung)
        {
            var row = world.ReminderRows.ReadAllAsync(BellGrain.TypeName, key, default).GetAwaiter().GetResult().FirstOrDefault();
            if (row is null)
            {
                world.Violate($"The reminder of bell {key} was acknowledged and is not in the table.");
                continue;
            }

            Check(key, row);
        }
    }

    private void Check(string key, ReminderRow row)
    {
        if (row.Due != row.Ran + row.Failed + row.Missed)
            world.Violate($"Bell {key}: {row.Due} fires were due before {row.NextDue:O}; {row.Ran} ran, {row.Failed} failed and {row.Missed} were missed, which is {row.Ran + row.Failed + row.Missed}.");
        long rung = _rung.TryGetValue(key, out var dues) ? dues.Count(due => due >= row.FirstDue.UtcTicks && due < row.NextDue.UtcTicks && (due - row.FirstDue.UtcTicks) % row.Period.Ticks == 0) : 0;
        if (row.Ran > rung) world.Violate($"Bell {key}: its row says that {row.Ran} fires ran; the grain saw {rung}.");
    }
}
