using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Cluster;

/// <summary>The ledger of reminders for people. It is read from every row of the table, so an answer is shared for a while, and one that takes long is not waited for.</summary>
internal sealed class ReminderBooks(IServiceProvider services, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>How long a question waits for the ledger.</summary>
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    readonly BoundedCache<string, IReadOnlyList<ReminderTypeAccount>> accounts = new(1, Lifetime, time);
    Task<IReadOnlyList<ReminderTypeAccount>>? reading;

    public async Task<ReminderView> ReadAsync(ClusterReading cluster)
    {
        IReadOnlyList<ReminderPlace> silos = [.. cluster.Silos.Where(silo => silo.Now is not null).Select(Place)];
        if (services.GetService<IReminderTable>() is null || services.GetService<IReminderLedger>() is not { } ledger)
            return new ReminderView(null, "This process does not reach the table of reminders; the silos' own counts stand below.", silos);
        try
        {
            return new ReminderView(await accounts.GetAsync("", _ => ReadOnceAsync(ledger)).WaitAsync(AnswerLimit, time), null, silos);
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
    Task<IReadOnlyList<ReminderTypeAccount>> ReadOnceAsync(IReminderLedger ledger) => reading is { IsCompleted: false } underWay ? underWay : reading = ledger.ReadAsync();

    static ReminderPlace Place(SiloReading silo)
    {
        ReminderSnapshot fires = silo.Now!.Reminders;
        return new ReminderPlace(
            silo.Member.Row.Id.ToString(), fires.Due, fires.Ran, fires.Failed, fires.Missed, Math.Max(0, fires.Due - fires.Ran - fires.Failed - fires.Missed),
            fires.Late, fires.Repeated, fires.Overdue, fires.Lost);
    }
}
