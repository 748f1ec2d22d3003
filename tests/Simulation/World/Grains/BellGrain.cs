using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>A grain with a reminder. It keeps the due time of the last fire with its count, so that a repeated fire counts once.</summary>
internal interface IBellGrain : IGrainWithStringKey
{
    Task Hang(int dueMilliseconds, int periodMilliseconds);

    Task Remove();
}

internal sealed class BellState
{
    public long LastDue { get; set; }

    public long Rung { get; set; }
}

[GrainType(TypeName)]
internal sealed class BellGrain(Witness witness, [PersistentState("bell")] IPersistentState<BellState> state) : Grain, IBellGrain, IRemindable
{
    public const string TypeName = "simulated-bell";
    public const string ReminderName = "ring";

    private readonly GrainWitness _witness = new();

    public Task Hang(int dueMilliseconds, int periodMilliseconds) =>
        this.RegisterOrUpdateReminder(ReminderName, TimeSpan.FromMilliseconds(dueMilliseconds), TimeSpan.FromMilliseconds(periodMilliseconds));

    public async Task Remove()
    {
        if (await this.GetReminder(ReminderName) is { } reminder) await this.UnregisterReminder(reminder);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        witness.Served(this, _witness, state.State.Rung);
        bool isRepeat = status.CurrentTickTime.Ticks <= state.State.LastDue;
        if (!isRepeat)
        {
            state.State.LastDue = status.CurrentTickTime.Ticks;
            state.State.Rung++;
            try
            {
                await state.WriteStateAsync();
            }
            catch
            {
                DeactivateOnIdle();
                throw;
            }
        }

        witness.Rang(this, status.CurrentTickTime, isRepeat);
    }
}
