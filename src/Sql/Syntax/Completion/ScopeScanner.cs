namespace Orrery.Sql.Syntax;

/// <summary>
/// Finds what the query at a place reads, in tokens that need not be SQL. A block is what stands between a pair of parentheses; a SELECT or a set
/// operation begins a new part of its block. The place is in one part of each block around it; a block sees the blocks around it unless it stands in
/// FROM or WITH.
/// </summary>
sealed class ScopeScanner(List<Token> tokens, int place)
{
    readonly Stack<Block> blocks = new();
    readonly List<Block> found = [];

    /// <summary>Of the innermost query first.</summary>
    public IReadOnlyList<SqlTableInScope> Tables { get; private set; } = [];

    public IReadOnlyList<string> CommonTables { get; private set; } = [];

    public void Scan()
    {
        blocks.Push(new Block(correlated: true));
        bool reached = false;
        for (int index = 0; index < tokens.Count && blocks.Count < SqlLimits.NestingLevels * 4; index++)
        {
            Token token = tokens[index];
            if (!reached && token.Span.Offset >= place)
            {
                reached = true;
                Reach();
            }

            index = Step(index, token);
        }

        if (!reached)
            Reach();
        var tables = new List<SqlTableInScope>();
        bool sees = true;
        foreach (Block block in found)
        {
            if (sees)
                tables.AddRange(block.Chosen?.Tables ?? []);
            sees &= block.Correlated;
        }

        Tables = tables;
        CommonTables = [.. found.SelectMany(block => block.Common).Distinct()];
    }

    /// <summary>The place is here: remembers the part of each block around it, which go on to grow.</summary>
    void Reach()
    {
        foreach (Block block in blocks)
        {
            block.Chosen = block.Current;
            found.Add(block);
        }
    }

    /// <summary>Takes the token at <paramref name="index"/>, and maybe further ones. The index of the last.</summary>
    int Step(int index, Token token)
    {
        Block block = blocks.Peek();
        switch (token.Mark)
        {
            case "(":
                blocks.Push(new Block(correlated: !block.AwaitsTable || block.Lateral) { IsCommon = index > 0 && tokens[index - 1].Mark == "AS" });
                return index;
            case ")":
                return blocks.Count > 1 ? Close(index) : index;
            case "SELECT" or "UNION" or "INTERSECT" or "EXCEPT":
                block.Begin();
                return index;
            case "FROM" when block.Current.Selects:
            case "JOIN" or "INTO" or "WHY":
                block.AwaitsTable = true;
                block.InFrom = token.Mark is "FROM" or "JOIN";
                return index;
            case ",":
                block.AwaitsTable = block.InFrom;
                return index;
            case "LATERAL":
                block.Lateral = true;
                return index;
            case "ON" or "USING" or "WHERE" or "GROUP" or "HAVING" or "WINDOW" or "QUALIFY" or "ORDER" or "LIMIT" or "OFFSET" or "FETCH":
                block.AwaitsTable = false;
                block.InFrom &= token.Mark is "ON" or "USING";
                return index;
        }

        if (AtCommonTable(index))
            block.Common.Add(token.Text);
        return block.AwaitsTable && Parser.IsName(token) ? TakeTable(index, block) : TakeArgument(index, block);
    }

    bool AtCommonTable(int index) => Parser.IsName(tokens[index]) && index > 0 && tokens[index - 1].Mark is "WITH" or "," && Mark(index + 1) is "AS" or "(" && FollowsWith(index);

    /// <summary>Whether the list that the name is in begins with WITH: before it are only WITH and closed common tables.</summary>
    bool FollowsWith(int index) => tokens[index - 1].Mark == "WITH" || tokens[index - 1].Mark == "," && index > 1 && tokens[index - 2].Mark == ")" && !blocks.Peek().Current.Selects;

    string Mark(int index) => index < tokens.Count ? tokens[index].Mark : "";

    int TakeTable(int index, Block block)
    {
        string name = tokens[index].Text, last = name;
        while (Mark(index + 1) == "." && index + 2 < tokens.Count && Parser.IsName(tokens[index + 2]))
        {
            index += 2;
            last = tokens[index].Text;
            name += "." + last;
        }

        block.AwaitsTable = false;
        if (Mark(index + 1) == "(" && block.InFrom)
            return index;
        return TakeAlias(index, block, last, name);
    }

    /// <summary>Takes an alias behind <paramref name="index"/>, if one is there, and adds the table.</summary>
    int TakeAlias(int index, Block block, string alias, string? table)
    {
        // The alias must be of this table: what stands at the place is still being written.
        int next = Mark(index + 1) == "AS" ? index + 2 : index + 1;
        if (next < tokens.Count && Parser.IsName(tokens[next]) && tokens[next].Span.Offset != place)
        {
            alias = tokens[next].Text;
            index = next;
        }

        block.Current.Tables.Add(new SqlTableInScope(alias, table));
        return index;
    }

    /// <summary>Remembers the table of a window's <c>TABLE t</c>.</summary>
    int TakeArgument(int index, Block block)
    {
        if (index > 0 && tokens[index - 1].Mark == "TABLE" && Parser.IsName(tokens[index]) && blocks.Count > 1)
            block.Argument = tokens[index].Text;
        return index;
    }

    int Close(int index)
    {
        Block inner = blocks.Pop(), block = blocks.Peek();
        block.Argument ??= inner.Argument;
        block.Lateral = false;
        bool isTable = !inner.Correlated && !inner.IsCommon || block.AwaitsTable;
        block.AwaitsTable = false;
        if (!isTable || !block.InFrom)
            return index;
        string? table = block.Argument;
        block.Argument = null;
        return TakeAlias(index, block, "", table);
    }

    /// <summary>What stands between a pair of parentheses.</summary>
    sealed class Block(bool correlated)
    {
        public Part Current { get; private set; } = new(selects: false);

        /// <summary>The part in which the place is.</summary>
        public Part? Chosen { get; set; }

        public List<string> Common { get; } = [];

        public bool IsCommon { get; init; }

        public bool Correlated => correlated && !IsCommon;

        /// <summary>A table is the next thing to come.</summary>
        public bool AwaitsTable { get; set; }

        /// <summary>A comma is followed by a table.</summary>
        public bool InFrom { get; set; }

        public bool Lateral { get; set; }

        public string? Argument { get; set; }

        public void Begin()
        {
            Current = new Part(selects: true);
            AwaitsTable = InFrom = Lateral = false;
        }
    }

    /// <summary>One SELECT of a block, or what stands before it.</summary>
    sealed class Part(bool selects)
    {
        public bool Selects => selects;

        public List<SqlTableInScope> Tables { get; } = [];
    }
}
