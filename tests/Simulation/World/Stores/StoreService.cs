namespace Orrery.Simulation;

/// <summary>
/// A database server as processes reach it over the network: a request travels, takes effect in one instant, and the answer travels back. What goes wrong
/// is by the dice: a request fails before it takes effect, or after; an answer never comes; a request arrives very late, when nobody waits for it any
/// more; the server is down for a while.
/// </summary>
internal sealed class StoreService(World world, string name, Dice dice)
{
    private readonly Dictionary<int, Link> _links = [];
    private readonly List<Action> _waiting = [];
    private int _outages;

    public string Name => name;

    public double FailBeforeChance { get; set; }

    public double FailAfterChance { get; set; }

    /// <summary>No answer comes, though the request may have taken effect.</summary>
    public double SilenceChance { get; set; }

    public double LateChance { get; set; }

    public TimeSpan LateMost { get; set; }

    /// <summary>Added to each request, at most.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>Whether requests wait while the server is down; else they are refused.</summary>
    public bool OutageHangs { get; set; }

    public long Requests { get; private set; }

    public Link LinkOf(Machine machine)
    {
        if (!_links.TryGetValue(machine.Number, out var link)) _links.Add(machine.Number, link = new Link(dice.Fork()));
        return link;
    }

    public void BeginOutage() => _outages++;

    public void EndOutage()
    {
        if (--_outages > 0) return;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var go in waiting) go();
    }

    public Task<T> CallAsync<T>(Process caller, string what, CancellationToken cancellationToken, Func<T> apply)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        Requests++;
        var request = new Request<T>(this, caller, what, apply);
        if (cancellationToken.CanBeCanceled) request.Registration = cancellationToken.UnsafeRegister(static (request, token) => ((Request<T>)request!).Answer.TrySetCanceled(token), request);
        var link = request.Link;
        if (link.IsBroken)
            link.WhenWhole(request.Travel);
        else
            request.Travel();
        return request.Answer.Task;
    }

    private sealed class Request<T>(StoreService store, Process caller, string what, Func<T> apply)
    {
        private static readonly SendOrPostCallback s_arrive = static request => ((Request<T>)request!).Arrive();
        private static readonly SendOrPostCallback s_settle = static request => ((Request<T>)request!).Settle();

        private T? _result;
        private Exception? _error;

        public TaskCompletionSource<T> Answer { get; } = new();

        public Link Link { get; } = store.LinkOf(caller.Machine);

        public CancellationTokenRegistration Registration { get; set; }

        public void Travel()
        {
            var delay = Link.NextDelay();
            if (store.Slowness > TimeSpan.Zero) delay += store.Slowness * store.Dice.Fraction();
            if (store.LateChance > 0 && store.Dice.Chance(store.LateChance)) delay += store.Dice.Between(TimeSpan.FromSeconds(1), store.LateMost);
            store.World.Loop.After(delay, null, s_arrive, this);
        }

        private void Arrive()
        {
            if (store._outages > 0)
            {
                if (store.OutageHangs)
                    store._waiting.Add(Arrive);
                else
                    Fail("the server is down");
                return;
            }

            if (store.FailBeforeChance > 0 && store.Dice.Chance(store.FailBeforeChance))
            {
                Fail("refused by the dice, nothing was done");
                return;
            }

            try
            {
                _result = apply();
            }
            catch (Exception error)
            {
                _error = error;
            }

            if (store.FailAfterChance > 0 && store.Dice.Chance(store.FailAfterChance))
                Fail("failed by the dice, after it was done");
            else if (store.SilenceChance == 0 || !store.Dice.Chance(store.SilenceChance))
                Reply();
        }

        private void Fail(string why)
        {
            _error = new IOException($"{store.Name}: {what} failed: {why}.");
            Reply();
        }

        private void Reply()
        {
            if (Link.IsBroken)
                Link.WhenWhole(Send);
            else
                Send();
        }

        private void Send() => store.World.Loop.After(Link.NextDelay(), caller, s_settle, this);

        private void Settle()
        {
            Registration.Dispose();
            if (_error is not null)
                Answer.TrySetException(_error);
            else
                Answer.TrySetResult(_result!);
        }
    }

    private Dice Dice => dice;

    private World World => world;
}
