using Orrery.Grains.Alarms.Webhooks;
using Orrery.Interfaces;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Alarms.Book;

/// <summary>What the book does by itself: deliveries, edges of silences, telling servers.</summary>
sealed partial class AlarmBookGrain
{
    const string Upkeep = "upkeep";
    const int TellingConcurrencyMax = 32;

    IGrainTimer? deliveries;
    IGrainTimer? edges;
    IGrainTimer? telling;
    bool delivering;
    bool hasReminder;
    bool reminderKnown;
    int droppedLogged;

    /// <summary>The activation alone does it: it starts the timers.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        reminderKnown = hasReminder = true;
        return KeepReminder();
    }

    void StartTimers()
    {
        var now = Now;
        Schedule(ref deliveries, Outbox.NextDue(State), now, Deliver, interleave: true);
        Schedule(ref edges, Silences.NextBoundary(State.Silences, now), now, _ => ApplySilences(), interleave: false);
    }

    void Schedule(ref IGrainTimer? timer, DateTimeOffset? at, DateTimeOffset now, Func<CancellationToken, Task> run, bool interleave)
    {
        var due = at is null ? Timeout.InfiniteTimeSpan : at <= now ? TimeSpan.Zero : at.Value - now;
        if (timer is null)
        {
            if (at is not null)
                timer = this.RegisterGrainTimer(run, new GrainTimerCreationOptions(due, UpkeepPeriod) { Interleave = interleave, KeepAlive = true });
        }
        else
        {
            timer.Change(due, UpkeepPeriod);
        }
    }

    async Task Deliver(CancellationToken cancellationToken)
    {
        if (delivering)
            return;
        delivering = true;
        try
        {
            while (Outbox.Due(State, Now) is { Count: > 0 } due)
            {
                await Task.WhenAll(due.Select(delivery => DeliverOne(delivery, cancellationToken)));
                await writer.WriteAsync();
            }
        }
        finally
        {
            delivering = false;
        }

        StartTimers();
        await KeepReminder();
    }

    async Task DeliverOne(Delivery delivery, CancellationToken cancellationToken)
    {
        var webhook = State.Webhooks.Find(known => known.Url == delivery.Url);
        DeliveryResult result;
        try
        {
            string? secret = webhook?.SealedSecret is { } sealedSecret ? box.Open(sealedSecret, WebhookDrafts.SecretPurpose) : null;
            result = await sender.SendAsync(delivery, secret, cancellationToken);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            result = new DeliveryResult(false, "the secret cannot be decrypted with this installation's key; set the webhook again");
        }

        instruments.WebhookTried(result.Delivered);
        var waiting = Outbox.Note(State, delivery, result, options, Now);
        if (result.Delivered)
            return;
        string host = new Uri(delivery.Url).Host;
        if (waiting is null)
            AlarmMessages.DeliveryGivenUp(logger, Tenant, host, delivery.Attempts + 1, result.Status);
        else
            AlarmMessages.DeliveryFailed(logger, Tenant, host, waiting.Attempts, result.Status);
    }

    async Task KeepReminder()
    {
        bool needed = State.Outbox.Count > 0 || Silences.NextBoundary(State.Silences, Now) is not null;
        if (reminderKnown && needed == hasReminder)
            return;
        if (needed)
            await this.RegisterOrUpdateReminder(Upkeep, UpkeepPeriod, UpkeepPeriod);
        else if (await this.GetReminder(Upkeep) is { } reminder)
            await this.UnregisterReminder(reminder);
        (reminderKnown, hasReminder) = (true, needed);
    }

    void TellServers(IEnumerable<string> servers)
    {
        untoldServers.UnionWith(servers.Where(static server => !EntityKeys.IsChannel(server)));
        if (untoldServers.Count == 0)
            return;
        telling?.Dispose();
        telling = this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    async Task Tell(CancellationToken cancellationToken)
    {
        var servers = untoldServers.ToArray();
        untoldServers.Clear();
        foreach (var part in servers.Chunk(TellingConcurrencyMax))
            await Task.WhenAll(part.Select(TellOne));
    }

    async Task TellOne(string server)
    {
        try
        {
            await GrainFactory.GetGrain<IServerHealthGrain>(server).AlarmsChanged();
        }
        catch (Exception failure)
        {
            // It asks for its open alarms again with its next minute.
            AlarmMessages.ServerNotTold(logger, server, failure);
        }
    }
}
