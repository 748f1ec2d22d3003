using Microsoft.Extensions.Options;
using Orrery.Grains.Channels;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Remote;

namespace Orrery.Grains.Jobs;

/// <summary>
/// Holds a target's connection for an agent: <see cref="RemoteSession"/> does the work on a thread of its own. The job is asked with each part, and between parts three times a lease, whether the lease is still this worker's; where
/// it is not, the connection is closed and what was not committed rolled back, so that whoever has the job next does not wait for it.
/// </summary>
[Reentrant]
sealed class JobTargetGrain(IOptions<JobOptions> options, IOptions<ChannelOptions> channels, TimeProvider time) : Grain, IJobTargetGrain
{
    const int LooksPerLease = 3;
    static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    RemoteSession? session;
    IGrainTimer? looking;
    (string Worker, long Token) holder;

    IJobGrain Job => GrainFactory.GetGrain<IJobGrain>(EntityKeys.SiteOf(this.GetPrimaryKeyString()));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => CloseAsync();

    public async Task<byte[]> Exchange(string worker, long token, byte[] part)
    {
        try
        {
            string address = await Job.Target(worker, token);
            if (RemoteSession.IsFirst(part))
            {
                await CloseAsync();
                holder = (worker, token);
                looking = this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(options.Value.Lease / LooksPerLease, options.Value.Lease / LooksPerLease) { Interleave = true, KeepAlive = true });
                DatabaseAddress target = DatabaseAddress.Parse(address);
                session = new RemoteSession(() => target.OpenConfined(new FileBounds(channels.Value.Folders)));
            }

            if (session is not { } open || holder != (worker, token))
                return RemoteSession.Lost;
            byte[] answer = await open.TakeAsync(part, AnswerMax, time);
            if (open.IsEnded)
                await CloseAsync();
            return answer;
        }
        catch (ConflictException)
        {
            if (holder == (worker, token))
                await CloseAsync();
            throw;
        }
        catch (InvalidDataException wrong)
        {
            await CloseAsync();
            throw new InvalidInputException("part", wrong.Message);
        }
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Job.Target(holder.Worker, holder.Token);
        }
        catch (Exception lost) when (lost is ConflictException or NotFoundException)
        {
            await CloseAsync();
        }
    }

    async Task CloseAsync()
    {
        looking?.Dispose();
        (looking, RemoteSession? closing, session) = (null, session, null);
        if (closing is not null)
            await closing.DisposeAsync();
    }
}
