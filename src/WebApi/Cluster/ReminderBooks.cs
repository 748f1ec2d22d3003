using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Cluster;

/// <summary>
/// The ledger of reminders for people, as one of the silos reads it. It is read from every row of the table, so an answer is shared for a while, and one
/// that takes long is not waited for.
/// </summary>
internal sealed class ReminderBooks(ClusterWatch watch, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>How long a question waits for the ledger.</summary>
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    readonly BoundedCache<string, IReadOnlyList<ReminderTypeAccount>?> accounts = new(1, Lifetime, time);
    Task<IReadOnlyList<ReminderTypeAccount>?>? reading;

    public async Task<ReminderView> ReadAsync(ClusterReading cluster)
    {
        IReadOnlyList<ReminderPlace> silos = [.. cluster.Silos.Where(silo => silo.Now is not null).Select(Place)];
        if (cluster.Silos.FirstOrDefault(silo => silo.Now is not null)?.Member.Row.Id is not { } asked)
            return new ReminderView(null, "No silo answers that could read the table of reminders.", silos);
        try
        {
            IReadOnlyList<ReminderTypeAccount>? types = await accounts.GetAsync("", _ => ReadOnceAsync(asked)).WaitAsync(AnswerLimit, time);
            return new ReminderView(types, types is null ? "The silos keep no reminders." : null, silos);
        }
        catch (TimeoutException)
        {
            return new ReminderView(null, $"The table of reminders was not read within {AnswerLimit.TotalSeconds} s.", silos);
        }
        catch (Exception error)
        {
            return new ReminderView(null, $"The table of reminders cannot be read: {error.Message}", silos);
        }
    }

    /// <summary>A reading that is still under way is waited for rather than begun again: at most one goes over the table at a time.</summary>
    Task<IReadOnlyList<ReminderTypeAccount>?> ReadOnceAsync(SiloId asked) =>
        reading is { IsCompleted: false } underWay ? underWay : reading = watch.Management.ReadRemindersAsync(asked, CancellationToken.None);

    static ReminderPlace Place(SiloReading silo)
    {
        ReminderSnapshot fires = silo.Now!.Reminders;
        return new ReminderPlace(
            silo.Member.Row.Id.ToString(), fires.Due, fires.Ran, fires.Failed, fires.Missed, Math.Max(0, fires.Due - fires.Ran - fires.Failed - fires.Missed),
            fires.Late, fires.Repeated, fires.Overdue, fires.Lost);
    }
}
