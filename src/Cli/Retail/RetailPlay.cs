using System.Globalization;
using Orrery.Retail.Business;
using Orrery.Retail.Changes;

namespace Orrery.Cli.Retail;

/// <summary>Plays a chain of shops at a rate, by the clock: the master data as fast as they go, then so many transactions a second.</summary>
/// <param name="give">Takes a transaction.</param>
/// <param name="flush">Sees that what was taken is safe; called after each tick.</param>
sealed class RetailPlay(RetailModel model, double rate, TimeProvider time, Func<RetailTransaction, CancellationToken, Task> give, Func<CancellationToken, Task> flush)
{
    /// <summary>Transactions between two flushes, at most.</summary>
    const int TickMax = 2_000;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    public long Transactions { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Plays until it is cancelled, the time is over, or so many transactions were made.</summary>
    /// <param name="length">Null: without end.</param>
    /// <param name="most">Master data included; null: without end.</param>
    /// <param name="tell">Is called after each tick.</param>
    public async Task RunAsync(TimeSpan? length, long? most, Action? tell, CancellationToken cancellationToken)
    {
        while (model.IsOpening)
            await GiveAsync(TickMax, isOpening: true, cancellationToken);
        long started = time.GetTimestamp();
        double due = 0, given = 0;
        using var timer = new PeriodicTimer(Tick, time);
        while ((length is not { } limit || time.GetElapsedTime(started) < limit) && (most is null || Transactions < most))
        {
            due = rate > 0 ? time.GetElapsedTime(started).TotalSeconds * rate : given + TickMax;
            int now = (int)Math.Min(Math.Min(TickMax, (most ?? long.MaxValue) - Transactions), due - given);
            // What could not be given in time is not made up for in one go.
            given = Math.Max(given + now, due - TickMax);
            if (now > 0)
                await GiveAsync(now, isOpening: false, cancellationToken);
            tell?.Invoke();
            if (rate > 0)
                await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    async Task GiveAsync(int count, bool isOpening, CancellationToken cancellationToken)
    {
        for (; count > 0 && (!isOpening || model.IsOpening); count--)
        {
            RetailTransaction transaction = model.Next(time.GetUtcNow().UtcDateTime);
            await give(transaction, cancellationToken);
            Transactions++;
            Rows += transaction.Changes.Count;
        }

        await flush(cancellationToken);
    }

    /// <summary>A line of what was done so far.</summary>
    public string Line(long startedTimestamp)
    {
        double seconds = Math.Max(0.001, time.GetElapsedTime(startedTimestamp).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds,6:N0} s  {Transactions,10:N0} transactions  {Rows,11:N0} rows  {Rows / seconds,9:N0} rows/s");
    }
}
