using Orrery.Runtime.Storage;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>Grain state in Redis: a hash per row, <c>PREFIX:state:TYPE|KEY|NAME</c> with shard, term, version and value. A batch is one script.</summary>
sealed class RedisGrainStorage(RedisStore store) : IFencedGrainStorage
{
    const int ArgumentsEach = 7;

    /// <summary>Numbers are compared as text: Lua's own lose digits beyond 2^53. Nothing can fail after the first write, so that a batch is stored whole or not at all.</summary>
    static readonly string Script = RedisStore.Script("""
        local answers = {}
        for i = 3, #ARGV, 7 do
          local kind, key, shard, term, expected, next, value = ARGV[i], P .. ':state:' .. ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6]
          local row = redis.call('HMGET', key, 'term', 'version')
          local n = #answers
          if row[1] and newer(row[1], term) then
            answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = 'T', row[2], row[1], false
          elseif kind == 'C' then
            if not row[1] then
              redis.call('HSET', key, 'shard', shard, 'term', term, 'version', '0')
              answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = 'S', '0', term, false
            else
              if row[1] ~= term then redis.call('HSET', key, 'shard', shard, 'term', term) end
              answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = 'S', row[2], term, redis.call('HGET', key, 'value')
            end
          elseif not row[1] or row[2] ~= expected then
            answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = 'V', row[2] or '-1', row[1] or '0', false
          else
            redis.call('HSET', key, 'shard', shard, 'term', term, 'version', next)
            if kind == 'W' then redis.call('HSET', key, 'value', value) else redis.call('HDEL', key, 'value') end
            answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = 'S', next, term, false
          end
        end
        return answers
        """);

    public async Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var arguments = new RedisValue[batch.Count * ArgumentsEach];
        for (var index = 0; index < batch.Count; index++)
        {
            var operation = batch[index];
            var key = operation.Key;
            var at = index * ArgumentsEach;
            arguments[at] = operation.Kind switch { GrainStateOperationKind.Claim => "C", GrainStateOperationKind.Write => "W", _ => "D" };
            arguments[at + 1] = RedisTexts.Join(key.GrainType, key.GrainKey, key.StateName);
            arguments[at + 2] = operation.Shard;
            arguments[at + 3] = operation.Term;
            arguments[at + 4] = operation.ExpectedVersion;
            arguments[at + 5] = operation.ExpectedVersion + 1;
            arguments[at + 6] = operation.Kind == GrainStateOperationKind.Write ? operation.Value.ToArray() : Array.Empty<byte>();
        }

        var answers = (RedisResult[])await store.EvaluateAsync("store grain state", Script, isRead: false, arguments, cancellationToken);
        for (var index = 0; index < batch.Count; index++)
        {
            var operation = batch[index];
            var at = index * 4;
            var (outcome, version, term) = ((string)answers[at], (long)answers[at + 1], (long)answers[at + 2]);
            if (outcome == "T") operation.RefuseStaleTerm(term, version);
            else if (outcome == "V") operation.RefuseVersion(version);
            else operation.Succeed(version, answers[at + 3].IsNull ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>((byte[])answers[at + 3]));
        }
    }
}
