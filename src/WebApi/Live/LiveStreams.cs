using Microsoft.Extensions.Options;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Live;

/// <summary>Counts the live streams that are open, by person and in all.</summary>
internal sealed class LiveStreams(IOptions<OrreryApiOptions> options)
{
    readonly Lock counting = new();
    readonly Dictionary<string, int> byPerson = [];
    int all;

    public int Count
    {
        get
        {
            lock (counting)
                return all;
        }
    }

    /// <summary>Takes a place for a stream; disposing gives it back.</summary>
    /// <exception cref="RefusedException">429: the person has as many as one may have. 503: there are as many as the process can serve.</exception>
    public IDisposable Open(string person) => Open(person, options.Value.StreamsPerPersonMax);

    /// <param name="who">Whose stream it is: a person, or a public link that many may look through.</param>
    /// <param name="ownMax">Streams that these may have.</param>
    /// <exception cref="RefusedException">See <see cref="Open(string)"/>.</exception>
    public IDisposable Open(string who, int ownMax)
    {
        lock (counting)
        {
            int own = byPerson.GetValueOrDefault(who);
            if (own >= ownMax)
                throw new RefusedException(StatusCodes.Status429TooManyRequests, $"{own} live streams of yours are open; close one first.");
            if (all >= options.Value.StreamsMax)
                throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"{all} live streams are open, which is all that this process serves. Try again later.");
            byPerson[who] = own + 1;
            all++;
        }
        return new Place(this, who);
    }

    void Close(string person)
    {
        lock (counting)
        {
            all--;
            if (--byPerson[person] == 0)
                byPerson.Remove(person);
        }
    }

    sealed class Place(LiveStreams streams, string person) : IDisposable
    {
        bool closed;

        public void Dispose()
        {
            if (closed)
                return;
            closed = true;
            streams.Close(person);
        }
    }
}
