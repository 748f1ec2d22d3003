using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>
/// Definitions with their meaning, for the binder. A definition is bound when it is asked for first, and those that it names before it; so their order says nothing. A view that would read itself finds no
/// relation of its name. Immutable but for what it remembers; for one thread at a time.
/// </summary>
sealed class SchemaCatalog : ISqlCatalog
{
    readonly Dictionary<string, SqlDefinition> definitions;
    readonly Dictionary<string, BoundDefinition> bound = new(StringComparer.OrdinalIgnoreCase);
    readonly Stack<HashSet<string>> asking = new();
    readonly HashSet<string> binding = new(StringComparer.OrdinalIgnoreCase);

    public SchemaCatalog(IEnumerable<SqlDefinition> definitions) => this.definitions = definitions.ToDictionary(static definition => definition.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Definitions after a change. What was bound before and neither changed nor reads what did keeps its meaning, so that a change among thousands of views binds a few.</summary>
    public static SchemaCatalog After(SchemaCatalog former, IEnumerable<SqlDefinition> definitions)
    {
        var next = new SchemaCatalog(definitions);
        // A function may take the place of one of the dialect's own in any text.
        if (!former.Functions().SetEquals(next.Functions()))
            return next;
        var kept = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, BoundDefinition meaning) in former.bound)
            if (IsKept(name))
                next.bound[name] = meaning;
        return next;

        bool IsKept(string name)
        {
            if (kept.TryGetValue(name, out bool known))
                return known;
            // Views do not read themselves, however far around: what is bound has no cycles.
            bool same = former.bound.TryGetValue(name, out BoundDefinition? meaning) && next.Find(name) == meaning.Definition && meaning.Names.All(IsKept);
            return kept[name] = same;
        }
    }

    HashSet<SqlDefinition> Functions() => [.. definitions.Values.Where(static definition => definition.Kind == DefinitionKind.Function)];

    /// <summary>As they were made.</summary>
    public IEnumerable<SqlDefinition> Definitions => definitions.Values.OrderBy(static definition => definition.Version);

    public IEnumerable<string> RelationNames => definitions.Values.Where(IsRelation).Select(static definition => definition.Name);

    public IEnumerable<string> FunctionNames => definitions.Values.Where(static definition => definition.Kind == DefinitionKind.Function).Select(static definition => definition.Name);

    public SqlDefinition? Find(string name) => definitions.GetValueOrDefault(name);

    public Relation? FindRelation(string name)
    {
        if (!definitions.TryGetValue(name, out SqlDefinition? definition) || !IsRelation(definition))
            return null;
        if (binding.Contains(name))
            return null;
        Note(definition);
        return Bind(definition).Relation;
    }

    public SqlFunction? FindFunction(string name)
    {
        if (!definitions.TryGetValue(name, out SqlDefinition? definition) || definition.Kind != DefinitionKind.Function)
            return null;
        if (binding.Contains(name))
            return null;
        Note(definition);
        return Bind(definition).Function;
    }

    /// <summary>What a definition means.</summary>
    /// <exception cref="SqlBindingException">It means nothing any more.</exception>
    public BoundDefinition Bind(SqlDefinition definition)
    {
        if (bound.TryGetValue(definition.Name, out BoundDefinition? known))
            return known;
        binding.Add(definition.Name);
        asking.Push(new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        try
        {
            BoundStatement statement = SqlBinder.Bind(SqlParser.ParseStatement(definition.Text), this);
            return bound[definition.Name] = BoundDefinition.Of(definition, statement, asking.Peek());
        }
        finally
        {
            asking.Pop();
            binding.Remove(definition.Name);
        }
    }

    /// <summary>Names of the definitions that name this one.</summary>
    public IReadOnlyList<string> ReadersOf(string name) =>
        [.. Definitions.Where(other => !string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase) && TryBind(other) is { } meaning && meaning.Names.Contains(name)).Select(static other => other.Name)];

    /// <summary>What it means; null where it means nothing.</summary>
    public BoundDefinition? TryBind(SqlDefinition definition)
    {
        try
        {
            return Bind(definition);
        }
        catch (SqlBindingException)
        {
            return null;
        }
    }

    static bool IsRelation(SqlDefinition definition) => definition.Kind is DefinitionKind.Table or DefinitionKind.View or DefinitionKind.MaterializedView;

    void Note(SqlDefinition definition)
    {
        if (asking.TryPeek(out HashSet<string>? names))
            names.Add(definition.Name);
    }
}

/// <summary>A definition's meaning.</summary>
/// <param name="Definition">What was made.</param>
/// <param name="Names">Names of the definitions that it names itself.</param>
/// <param name="Relation">Of a table or a view; of an insert, the sink.</param>
/// <param name="Plan">Of a view or an insert.</param>
sealed record BoundDefinition(SqlDefinition Definition, IReadOnlySet<string> Names, Relation? Relation, Plan? Plan, SqlFunction? Function)
{
    public static BoundDefinition Of(SqlDefinition definition, BoundStatement statement, IReadOnlySet<string> names) => statement switch
    {
        BoundCreateTable table => new(definition, names, table.Relation, null, null),
        BoundCreateView view => new(definition, names, view.Relation, view.Plan, null),
        BoundCreateFunction function => new(definition, names, null, null, function.Function),
        BoundInsert insert => new(definition, names, insert.Target, insert.Plan, null),
        _ => throw new InvalidOperationException($"'{definition.Name}' is kept as a {statement.GetType().Name}, which defines nothing."),
    };

    /// <summary>Names of the tables and materialized views whose rows it reads.</summary>
    public IReadOnlySet<string> Reads()
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var left = new Stack<Plan>();
        if (Plan is not null)
            left.Push(Plan);
        while (left.TryPop(out Plan? node))
        {
            if (node is ScanPlan scan)
                names.Add(scan.Relation.Name);
            foreach (Plan input in node.Inputs)
                left.Push(input);
        }

        return names;
    }
}
