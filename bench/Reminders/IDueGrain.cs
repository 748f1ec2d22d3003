using Orrery.Runtime;

namespace Orrery.Bench.Reminders;

/// <summary>Does what its documentation asks of a grain with reminders: it stores the due time, and applies each due time once.</summary>
public interface IDueGrain : IGrainWithStringKey
{
    /// <summary>How many fires were applied, and how many came again and were recognised.</summary>
    ValueTask<DueCounts> Read();
}

public sealed record DueCounts(int Applied, int Recognised);

/// <summary>The stored state.</summary>
public sealed class DueState
{
    public DateTime LastDue { get; set; }

    public int Applied { get; set; }

    public int Recognised { get; set; }
}

[GrainType("bench-due")]
public sealed class DueGrain([PersistentState("due")] IPersistentState<DueState> due) : Grain, IDueGrain, IRemindable
{
    public ValueTask<DueCounts> Read() => new(new DueCounts(due.State.Applied, due.State.Recognised));

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (status.CurrentTickTime > due.State.LastDue)
        {
            due.State.LastDue = status.CurrentTickTime;
            due.State.Applied++;
        }
        else
        {
            due.State.Recognised++;
        }

        return due.WriteStateAsync();
    }
}
