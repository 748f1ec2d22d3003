-- The results' tables in PostgreSQL, or DWS, for 50-sinks-postgresql.sql. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE dim_store_shop (
    store_code TEXT NOT NULL,
    store_name TEXT,
    store_type INT,
    region TEXT,
    province TEXT,
    city TEXT,
    store_status INT,
    open_date DATE,
    close_date DATE,
    fcustid BIGINT,
    PRIMARY KEY (store_code)
);

CREATE TABLE dim_store_shop_fcustid (
    fcustid BIGINT NOT NULL,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    province TEXT,
    city TEXT,
    customer_name TEXT,
    PRIMARY KEY (fcustid)
);

CREATE TABLE dim_product_sku (
    sku_code TEXT NOT NULL,
    sku_name TEXT,
    spec TEXT,
    unit TEXT,
    list_price DECIMAL(18, 2),
    cost_price DECIMAL(18, 4),
    sku_status INT,
    spu_id BIGINT,
    spu_name TEXT,
    brand TEXT,
    category_id BIGINT,
    category_name TEXT,
    PRIMARY KEY (sku_code)
);

CREATE TABLE dim_jd_erp_material (
    material_id BIGINT NOT NULL,
    material_number TEXT,
    material_group BIGINT,
    material_name TEXT,
    specification TEXT,
    PRIMARY KEY (material_id)
);

CREATE TABLE dim_jd_erp_stock (
    stock_id BIGINT NOT NULL,
    stock_name TEXT,
    PRIMARY KEY (stock_id)
);

CREATE TABLE dwd_gqsh_order_gqsh_order (
    order_id BIGINT NOT NULL,
    order_no TEXT,
    parent_order_no TEXT,
    member_id BIGINT,
    channel TEXT,
    order_type INT,
    order_status INT,
    is_deleted SMALLINT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    freight_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    finish_time TIMESTAMP(0),
    cancel_time TIMESTAMP(0),
    cancel_reason TEXT,
    source_channel TEXT,
    delivery_type INT,
    receiver_province TEXT,
    receiver_city TEXT,
    utm_source TEXT,
    store_code TEXT,
    store_name TEXT,
    store_type INT,
    region TEXT,
    province TEXT,
    city TEXT,
    after_sales_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_apply_time TIMESTAMP(0),
    last_refund_time TIMESTAMP(0),
    perf_no TEXT,
    perf_status INT,
    promised_time TIMESTAMP(0),
    perf_action TEXT,
    perf_operator TEXT,
    perf_time TIMESTAMP(0),
    PRIMARY KEY (order_id)
);

CREATE TABLE dwd_gqsh_order_gqsh_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    line_no INT,
    order_no TEXT,
    member_id BIGINT,
    channel TEXT,
    order_type INT,
    order_status INT,
    is_deleted SMALLINT,
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    city TEXT,
    sku_code TEXT,
    sku_name TEXT,
    spu_name TEXT,
    brand TEXT,
    category_id BIGINT,
    category_name TEXT,
    cost_price DECIMAL(18, 4),
    quantity INT,
    sale_price DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    is_gift SMALLINT,
    asked_quantity BIGINT,
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id)
);

CREATE TABLE ads_order_sales (
    pay_date DATE NOT NULL,
    store_code TEXT NOT NULL,
    store_name TEXT,
    region TEXT,
    channel TEXT NOT NULL,
    order_count BIGINT,
    member_count BIGINT,
    quantity BIGINT,
    total_amount DECIMAL(38, 2),
    discount_amount DECIMAL(38, 2),
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (pay_date, store_code, channel)
);

CREATE TABLE ads_order_item_sales (
    pay_date DATE NOT NULL,
    sku_code TEXT NOT NULL,
    spu_name TEXT,
    category_name TEXT,
    brand TEXT,
    order_count BIGINT,
    quantity BIGINT,
    returned_quantity BIGINT,
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    margin DECIMAL(38, 4),
    PRIMARY KEY (pay_date, sku_code)
);

CREATE TABLE ads_order_sales_sum (
    pay_date DATE NOT NULL,
    store_count BIGINT,
    order_count BIGINT,
    quantity BIGINT,
    total_amount DECIMAL(38, 2),
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (pay_date)
);

CREATE TABLE dwd_t_sal_order (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no TEXT,
    bill_date TIMESTAMP(0),
    document_status TEXT,
    cancel_status TEXT,
    final_version TEXT,
    sale_org_id BIGINT,
    customer_id BIGINT,
    customer_name TEXT,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    city TEXT,
    line_no INT,
    material_id BIGINT,
    material_number TEXT,
    material_name TEXT,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    tax_price DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    stock_out_quantity DECIMAL(23, 10),
    last_stock_id BIGINT,
    last_stock_name TEXT,
    PRIMARY KEY (entry_id)
);

CREATE TABLE ads_jd_order_sales (
    bill_day DATE NOT NULL,
    store_code TEXT NOT NULL,
    store_name TEXT,
    region TEXT,
    material_group BIGINT NOT NULL,
    bill_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_out_quantity DECIMAL(38, 10),
    all_amount DECIMAL(38, 10),
    amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, store_code, material_group)
);

CREATE TABLE dwd_t_pur_mrb (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no TEXT,
    bill_date TIMESTAMP(0),
    document_status TEXT,
    cancel_status TEXT,
    supplier_id BIGINT,
    stock_org_id BIGINT,
    line_no INT,
    stock_id BIGINT,
    stock_name TEXT,
    material_id BIGINT,
    material_number TEXT,
    material_name TEXT,
    material_group BIGINT,
    return_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id)
);

CREATE TABLE ads_jd_instock (
    bill_day DATE NOT NULL,
    stock_id BIGINT NOT NULL,
    stock_name TEXT,
    material_id BIGINT NOT NULL,
    material_number TEXT,
    material_name TEXT,
    bill_count BIGINT,
    real_quantity DECIMAL(38, 10),
    return_quantity DECIMAL(38, 10),
    net_quantity DECIMAL(38, 9),
    net_amount DECIMAL(38, 9),
    PRIMARY KEY (bill_day, stock_id, material_id)
);

CREATE TABLE dwd_t_stk_inventory (
    inventory_id TEXT NOT NULL,
    stock_org_id BIGINT,
    stock_id BIGINT,
    stock_name TEXT,
    material_id BIGINT,
    material_number TEXT,
    material_name TEXT,
    material_group BIGINT,
    owner_id BIGINT,
    store_code TEXT,
    store_name TEXT,
    stock_status_id BIGINT,
    base_quantity DECIMAL(23, 10),
    quantity DECIMAL(23, 10),
    stock_quantity DECIMAL(23, 10),
    update_time TIMESTAMP(0),
    PRIMARY KEY (inventory_id)
);

CREATE TABLE ads_jd_outstock (
    stock_id BIGINT NOT NULL,
    stock_name TEXT,
    material_group BIGINT NOT NULL,
    balance_count BIGINT,
    material_count BIGINT,
    stock_quantity DECIMAL(38, 10),
    shops_quantity DECIMAL(38, 10),
    negative_count BIGINT,
    PRIMARY KEY (stock_id, material_group)
);

CREATE TABLE dwd_gqsh_pos_order_t_order_info (
    order_id BIGINT NOT NULL,
    order_no TEXT,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    city TEXT,
    till_no INT,
    cashier TEXT,
    member_id BIGINT,
    pay_type INT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    order_status INT,
    order_time TIMESTAMP(0),
    refund_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_refund_time TIMESTAMP(0),
    PRIMARY KEY (order_id)
);

CREATE TABLE dwd_gqsh_pos_order_t_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    order_no TEXT,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    member_id BIGINT,
    pay_type INT,
    order_status INT,
    order_time TIMESTAMP(0),
    sku_code TEXT,
    sku_name TEXT,
    spu_name TEXT,
    brand TEXT,
    category_name TEXT,
    quantity INT,
    sale_price DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id)
);

CREATE TABLE ads_pos_order_sales (
    order_date DATE NOT NULL,
    store_code TEXT NOT NULL,
    store_name TEXT,
    region TEXT,
    pay_type INT NOT NULL,
    order_count BIGINT,
    member_count BIGINT,
    quantity BIGINT,
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (order_date, store_code, pay_type)
);

CREATE TABLE ads_pos_order_item_sales (
    order_date DATE NOT NULL,
    sku_code TEXT NOT NULL,
    sku_name TEXT,
    category_name TEXT,
    order_count BIGINT,
    quantity BIGINT,
    returned_quantity BIGINT,
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (order_date, sku_code)
);

CREATE TABLE dwd_gqsh_activity_group_buy_detail (
    id BIGINT NOT NULL,
    group_id BIGINT,
    activity_id BIGINT,
    leader_member_id BIGINT,
    need_count INT,
    group_status INT,
    complete_time TIMESTAMP(0),
    member_id BIGINT,
    join_time TIMESTAMP(0),
    order_id BIGINT,
    order_no TEXT,
    store_code TEXT,
    pay_amount DECIMAL(18, 2),
    pay_time TIMESTAMP(0),
    PRIMARY KEY (id)
);

CREATE TABLE flink_datasc_realtime (
    event TEXT NOT NULL,
    track_key BIGINT NOT NULL,
    distinct_id BIGINT,
    event_time TIMESTAMP(0),
    order_no TEXT,
    store_code TEXT,
    channel TEXT,
    subject TEXT,
    quantity BIGINT,
    amount DECIMAL(18, 2),
    coupon_amount DECIMAL(38, 2),
    PRIMARY KEY (event, track_key)
);

CREATE TABLE dwd_t_pur_poorder (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no TEXT,
    bill_date TIMESTAMP(0),
    document_status TEXT,
    cancel_status TEXT,
    supplier_id BIGINT,
    line_no INT,
    material_id BIGINT,
    material_number TEXT,
    material_name TEXT,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id)
);

CREATE TABLE ads_purchase_supplier (
    supplier_id BIGINT NOT NULL,
    bill_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_in_quantity DECIMAL(38, 10),
    all_amount DECIMAL(38, 10),
    audited_amount DECIMAL(38, 10),
    PRIMARY KEY (supplier_id)
);

CREATE TABLE dwd_t_prd_mo (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no TEXT,
    bill_date TIMESTAMP(0),
    document_status TEXT,
    cancel_status TEXT,
    material_id BIGINT,
    material_number TEXT,
    material_name TEXT,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    state INT,
    PRIMARY KEY (entry_id)
);

CREATE TABLE ads_production (
    bill_day DATE NOT NULL,
    material_group BIGINT NOT NULL,
    document_status TEXT NOT NULL,
    line_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_in_quantity DECIMAL(38, 10),
    PRIMARY KEY (bill_day, material_group, document_status)
);

CREATE TABLE dwd_t_ar_receivable (
    bill_id BIGINT NOT NULL,
    bill_no TEXT,
    bill_date TIMESTAMP(0),
    document_status TEXT,
    cancel_status TEXT,
    customer_id BIGINT,
    customer_name TEXT,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    all_amount DECIMAL(23, 10),
    written_off DECIMAL(23, 10),
    open_amount DECIMAL(24, 10),
    PRIMARY KEY (bill_id)
);

CREATE TABLE ads_receivable (
    bill_day DATE NOT NULL,
    customer_id BIGINT NOT NULL,
    customer_name TEXT,
    region TEXT,
    bill_count BIGINT,
    all_amount DECIMAL(38, 10),
    written_off DECIMAL(38, 10),
    open_amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, customer_id)
);

CREATE TABLE ads_payable (
    bill_day DATE NOT NULL,
    supplier_id BIGINT NOT NULL,
    bill_count BIGINT,
    all_amount DECIMAL(38, 10),
    written_off DECIMAL(38, 10),
    open_amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, supplier_id)
);

CREATE TABLE ads_ledger (
    account_id BIGINT NOT NULL,
    fiscal_year INT NOT NULL,
    fiscal_period INT NOT NULL,
    begin_balance DECIMAL(38, 10),
    debit DECIMAL(38, 10),
    credit DECIMAL(38, 10),
    end_balance DECIMAL(38, 10),
    PRIMARY KEY (account_id, fiscal_year, fiscal_period)
);

CREATE TABLE ads_member_level (
    level INT NOT NULL,
    member_count BIGINT,
    points BIGINT,
    PRIMARY KEY (level)
);

CREATE TABLE ads_member_register (
    register_day DATE NOT NULL,
    register_channel TEXT NOT NULL,
    member_count BIGINT,
    PRIMARY KEY (register_day, register_channel)
);

CREATE TABLE ads_member_points (
    points_day DATE NOT NULL,
    reason TEXT NOT NULL,
    entry_count BIGINT,
    member_count BIGINT,
    points BIGINT,
    PRIMARY KEY (points_day, reason)
);

CREATE TABLE ads_activity (
    activity_day DATE NOT NULL,
    activity_name TEXT NOT NULL,
    order_count BIGINT,
    discount_amount DECIMAL(38, 2),
    PRIMARY KEY (activity_day, activity_name)
);

CREATE TABLE ads_traffic (
    visit_day DATE NOT NULL,
    terminal TEXT NOT NULL,
    page TEXT NOT NULL,
    visit_count BIGINT,
    visitor_count BIGINT,
    member_count BIGINT,
    PRIMARY KEY (visit_day, terminal, page)
);

CREATE TABLE dwd_gqsh_order_after_sales (
    after_sales_id BIGINT NOT NULL,
    after_sales_no TEXT,
    order_id BIGINT,
    order_no TEXT,
    store_code TEXT,
    store_name TEXT,
    region TEXT,
    channel TEXT,
    after_sales_type INT,
    after_sales_status INT,
    refund_amount DECIMAL(18, 2),
    reason TEXT,
    apply_time TIMESTAMP(0),
    refund_time TIMESTAMP(0),
    PRIMARY KEY (after_sales_id)
);

CREATE TABLE ads_after_sales (
    apply_day DATE NOT NULL,
    region TEXT NOT NULL,
    reason TEXT NOT NULL,
    after_sales_type INT NOT NULL,
    after_sales_status INT NOT NULL,
    case_count BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (apply_day, region, reason, after_sales_type, after_sales_status)
);
