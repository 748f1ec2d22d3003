using Orrery.Grains.Tags;
using Orrery.Interfaces;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.News;

/// <summary>From approval to the last recipient. Every step may be done again: inboxes know whom they have.</summary>
sealed partial class NewsArticleGrain
{
    const int PageSize = 10_000, UsersPage = 500;
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), LookMax = TimeSpan.FromHours(1);

    readonly SemaphoreSlim working = new(1);

    bool IsUnderWay => State.State is NewsState.Approved or NewsState.Sending || (State.State == NewsState.Recalled && !State.IsWithdrawn);

    public Task ReceiveReminder(string reminderName, TickStatus status) => IsUnderWay ? GoOnAsync() : SleepAsync();

    Task StayAwakeAsync() => this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);

    async Task SleepAsync()
    {
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    void LookIn(TimeSpan pause) => look?.Change(pause < LookMax ? (pause > TimeSpan.Zero ? pause : TimeSpan.Zero) : LookMax, Timeout.InfiniteTimeSpan);

    async Task GoOnAsync()
    {
        await working.WaitAsync();
        try
        {
            if (State.State == NewsState.Recalled)
                await WithdrawAsync();
            else if (IsUnderWay)
                await SendAsync();
        }
        catch (Exception failure)
        {
            NewsMessages.NotGone(logger, Key, options.LookPeriod, failure);
            LookIn(options.LookPeriod);
        }
        finally
        {
            working.Release();
        }
    }

    async Task WithdrawAsync()
    {
        if (State.IsWithdrawn)
            return;
        await Task.WhenAll(Inboxes().Select(inbox => inbox.Withdraw(Key)));
        State.IsWithdrawn = true;
        await writer.WriteAsync();
        await SleepAsync();
    }

    async Task SendAsync()
    {
        bool isDue = State.First <= time.GetUtcNow();
        if (!State.IsResolved && (State.Draft!.Audience.IsFrozen || isDue))
            await ResolveAsync();
        if (!isDue || State.State == NewsState.Recalled)
        {
            LookIn((State.First ?? time.GetUtcNow()) - time.GetUtcNow());
            return;
        }

        if (State.State == NewsState.Approved)
        {
            (State.State, State.Wave) = (NewsState.Sending, 1);
            await MovedAsync();
        }

        NewsRelease[] parts = await Task.WhenAll(Inboxes().Select(inbox => inbox.Release(Key, State.Wave)));
        if (State.State != NewsState.Sending)
            return;
        bool isPending = parts.Any(static part => part.Pending > 0);
        DateTimeOffset? next = parts.Min(static part => part.Next);
        if (!isPending && parts.Sum(static part => part.Waiting) == 0)
        {
            (State.State, State.Next, State.SentAt) = (NewsState.Sent, null, time.GetUtcNow());
            await MovedAsync();
            await SleepAsync();
            return;
        }

        if (State.Next != next)
        {
            State.Next = next;
            await writer.WriteAsync();
            await announcement.TryNow();
        }

        TimeSpan pause = (next ?? DateTimeOffset.MaxValue) - time.GetUtcNow();
        LookIn(isPending && pause > options.LookPeriod ? options.LookPeriod : pause);
    }

    /// <summary>Puts the audience into inboxes, many at a time; how far it is, is stored behind them.</summary>
    async Task ResolveAsync()
    {
        NewsAudience audience = State.Draft!.Audience;
        bool isMore = true;
        while (isMore && State.State != NewsState.Recalled)
        {
            var shards = new List<string>?[NewsKeys.Shards];
            int count = 0;
            string? cursor = State.Cursor;
            while (isMore && count < options.ResolvedAtOnce)
            {
                (IReadOnlyList<string> page, cursor) = await PageAsync(audience, cursor);
                foreach (string recipient in page)
                    (shards[NewsKeys.ShardOf(recipient)] ??= []).Add(recipient);
                count += page.Count;
                isMore = cursor is not null;
            }

            // Known before they have any, so that a recall and a deletion reach them.
            State.Shards.UnionWith(Enumerable.Range(0, NewsKeys.Shards).Where(shard => shards[shard] is not null));
            await writer.WriteAsync();
            await Task.WhenAll(Enumerable.Range(0, NewsKeys.Shards).Where(shard => shards[shard] is not null)
                .Select(shard => GrainFactory.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(Tenant, audience.Type, shard)).Take(State.Order!, shards[shard]!)));
            State.Cursor = cursor;
            await writer.WriteAsync();
        }

        if (State.State == NewsState.Recalled)
            return;
        State.Size = (await Funnel()).Audience;
        State.IsResolved = true;
        await writer.WriteAsync();
    }

    async Task<(IReadOnlyList<string> Page, string? Next)> PageAsync(NewsAudience audience, string? cursor)
    {
        if (audience.Objects is { } objects)
            return (objects, null);
        if (audience.Type == NewsKeys.PortalUsers)
        {
            Page<UserInfo> users = await GrainFactory.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(new PageRequest(UsersPage, cursor), Tenant);
            return ([.. users.Items.Select(static user => user.Name)], users.Next);
        }

        ITagIndexGrain index = GrainFactory.GetGrain<ITagIndexGrain>(TagKeys.Index(Tenant, audience.Type));
        var request = new PageRequest(PageSize, cursor);
        Page<string> page = audience.Segment is { } segment ? await index.SegmentMembers(segment, request) : await index.Everything(request);
        return (page.Items, page.Next);
    }
}
