using Microsoft.Extensions.Options;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

internal sealed class ReminderLedger(IReminderTable table, TimeProvider time, IOptions<ReminderOptions> options) : IReminderLedger
{
    private const int PageRows = 10_000;

    public async Task<IReadOnlyList<ReminderTypeAccount>> ReadAsync(CancellationToken cancellationToken)
    {
        var types = new SortedDictionary<string, ReminderTypeAccount>(StringComparer.Ordinal);
        ReminderKey? after = null;
        while (true)
        {
            var rows = await table.ReadPageAsync(null, after, PageRows, cancellationToken);
            foreach (var row in rows)
            {
                var account = Of(row);
                var sum = types.GetValueOrDefault(row.Key.GrainType) ?? new ReminderTypeAccount(row.Key.GrainType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
                types[row.Key.GrainType] = new ReminderTypeAccount(row.Key.GrainType, sum.Reminders + 1, sum.Due + account.Due, sum.Ran + account.Ran, sum.Failed + account.Failed,
                    sum.Missed + account.Missed, sum.Waiting + account.Waiting, sum.Overdue + account.Overdue, sum.Late + account.Late, sum.Repeated + account.Repeated,
                    sum.Lost + Math.Abs(account.Lost));
            }

            if (rows.Count < PageRows) return [.. types.Values];
            after = rows[^1].Key;
        }
    }

    public async Task<IReadOnlyList<ReminderAccount>> ReadRemindersAsync(string? grainType, ReminderKey? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, PageRows);
        var accounts = new List<ReminderAccount>();
        while (true)
        {
            var rows = await table.ReadPageAsync(null, after, grainType is null ? limit : PageRows, cancellationToken);
            accounts.AddRange(rows.Where(row => grainType is null || row.Key.GrainType == grainType).Take(limit - accounts.Count).Select(Of));
            if (accounts.Count == limit || rows.Count < (grainType is null ? limit : PageRows)) return accounts;
            after = rows[^1].Key;
        }
    }

    private ReminderAccount Of(ReminderRow row) => ReminderAccount.Of(row, time.GetUtcNow(), options.Value.LateAfter);
}
